/**
 * Times the products of a feed-forward layer on the kernels for compute capability 8.0, 2:4 and dense, beside the
 * Hopper ones and cuBLASLt, through the TypeScript device: device events, medians of columns in turn, random data, L2
 * flushed. Every result is first compared with that of the plain kernels. Prints a JSON line a product, and a Markdown
 * table.
 *
 * Run: `deno run --allow-ffi --allow-read --allow-env bench/cuda/products_sm80.ts [--rounds=20]`
 */
import { createCudaDevice, NativeDriver } from "@beyond24/cuda";
import { type HostArray, rowRange, type Segments, type Tensor } from "@beyond24/device";
import { type Column, timeColumns } from "./_event_timer.ts";
import { equalSegments, type ProductCase, productCases, type ProductSizes } from "./_product_cases.ts";

/** The paper's Figure 6 and the feed-forward network of the 1B model. */
const SIZES: Readonly<Record<string, ProductSizes & { readonly products: number }>> = {
  "(4096, 16384, 4096)": { tokens: 16_384, experts: 1, neurons: 4096, features: 4096, products: 1 },
  "1B, E = 4": { tokens: 16_384, experts: 4, neurons: 2048, features: 2048, products: 3 },
};

/** Results are compared on so many rows at either end. */
const COMPARED_ROWS = 256;

/**
 * Largest relative difference (root of squares): bf16 results are rounded once, f32 ones are sums of thousands in
 * another order.
 */
const BOUNDS = { bf16: 5e-3, f32: 1e-4 } as const;

const rounds = Number(Deno.args.find((argument) => argument.startsWith("--rounds="))?.slice(9) ?? "20");
const driver = new NativeDriver();
const device = await createCudaDevice({ driver });
const olderDriver = new NativeDriver(0, { computeCapability: 80 });
const older = await createCudaDevice({ driver: olderDriver, libraries: false });
const isHopper = driver.properties.computeCapability === 90;
const hasLibrary = !device.description.includes("own dense products");

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** The two devices share one GPU and its memory: a tensor of one serves the other once the work before is done. */
function columnsOf({ grouped, plain }: ProductCase, segments: Segments): Record<string, Column> {
  const [ours, hopper] = [{ device: older, driver: olderDriver }, { device, driver }];
  return {
    "sm_80 2:4": { ...ours, run: () => grouped(older.kernels, true, segments) },
    "sm_80 dense": { ...ours, run: () => grouped(older.kernels, false, segments) },
    "sm_80 dense, plain": { ...ours, run: () => plain(older.kernels) },
    ...(isHopper && {
      "Hopper 2:4": { ...hopper, run: () => grouped(device.kernels, true, segments) },
      "Hopper dense": { ...hopper, run: () => grouped(device.kernels, false, segments) },
    }),
    ...(hasLibrary && { "cuBLASLt dense": { ...hopper, run: () => plain(device.kernels) } }),
  };
}

async function ends(out: Tensor): Promise<readonly HostArray[]> {
  const rows = out.shape[0] ?? 0;
  const first = await device.read(rowRange(out, 0, COMPARED_ROWS));
  return [first, await device.read(rowRange(out, rows - COMPARED_ROWS, rows))];
}

/** Runs into a cleared result. */
async function resultOf({ out }: ProductCase, runner: typeof device, run: () => void): Promise<readonly HostArray[]> {
  device.kernels.fill({ out, value: 0 });
  await device.synchronize();
  run();
  await runner.synchronize();
  return await ends(out);
}

function relativeError(actual: readonly HostArray[], expected: readonly HostArray[]): number {
  let [difference, norm] = [0, 0];
  expected.forEach((part, p) =>
    part.forEach((value, i) => {
      difference += ((actual[p]?.[i] ?? NaN) - value) ** 2;
      norm += value ** 2;
    })
  );
  return Math.sqrt(difference / norm);
}

/** Relative differences from the plain kernels, which segments choose that are not said to be whole tiles. */
async function errorsOf(
  product: ProductCase,
  columns: Record<string, Column>,
  unaligned: Segments,
): Promise<Record<string, number>> {
  const reference = (sparse: boolean) =>
    resultOf(product, device, () => product.grouped(device.kernels, sparse, unaligned));
  const [sparse, dense] = [await reference(true), await reference(false)];
  const errors: Record<string, number> = {};
  for (const [name, column] of Object.entries(columns)) {
    const error = relativeError(
      await resultOf(product, column.device, column.run),
      name.endsWith("2:4") ? sparse : dense,
    );
    const bound = product.out.dtype === "f32" ? BOUNDS.f32 : BOUNDS.bf16;
    if (!(error <= bound)) {
      throw new Error(`Cannot trust ${name} of ${product.name} as it is off: current value is ${error}`);
    }
    errors[name] = error;
  }
  return errors;
}

print(`${device.description}\n`);
const table = [
  "| shape | product | kernel | µs | TFLOP/s, dense-equivalent | off |",
  "| --- | --- | --- | ---: | ---: | ---: |",
];
for (const [shape, sizes] of Object.entries(SIZES)) {
  const segments = equalSegments(device, sizes);
  const unaligned = { ...segments, align: 4 };
  const flops = 2 * sizes.tokens * sizes.neurons * sizes.features;
  for (const product of productCases(device, sizes).slice(0, sizes.products)) {
    const columns = columnsOf(product, segments);
    const errors = await errorsOf(product, columns, unaligned);
    const milliseconds = await timeColumns(columns, rounds);
    print(JSON.stringify({ what: "products_sm80", shape, product: product.name, milliseconds, errors }));
    for (const [name, time] of Object.entries(milliseconds)) {
      const rate = (flops / time / 1e9).toFixed(0);
      const cells = [shape, product.name, name, (1000 * time).toFixed(0), rate, (errors[name] ?? NaN).toExponential(1)];
      table.push(`| ${cells.join(" | ")} |`);
    }
  }
}
print(`\n${table.join("\n")}`);
device.dispose();
older.dispose();
