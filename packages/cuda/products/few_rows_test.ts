import { assert, assertEquals } from "@std/assert";
import type { Device, Tensor } from "@beyond24/device";
import { rowRange } from "@beyond24/device";
import { modelPresets } from "@beyond24/recipe";
import { createKeyValueCache, createTransformer, decode } from "@beyond24/transformer";
import { createCudaDevice } from "../create_cuda_device.ts";
import { gpuTest } from "../testing/on_gpu.ts";
import { recordingDevice, seededTensor } from "../testing/testing.ts";

/** [rows, inner] by weights that are [inner, cols], or stored transposed. */
type Sizes = readonly [rows: number, inner: number, cols: number];

function multiply(
  device: Device,
  [rows, inner, cols]: Sizes,
  transposeB = false,
  dtype: "bf16" | "f32" = "bf16",
): void {
  const b = device.tensor(transposeB ? [cols, inner] : [inner, cols], dtype);
  device.kernels.matmul({
    a: device.tensor([rows, inner], dtype),
    b,
    transposeB,
    out: device.tensor([rows, cols], dtype),
  });
}

Deno.test("up to 16 rows by large weights take a kernel for as many; others and small weights do not", async () => {
  const { device, driver } = await recordingDevice();
  for (const rows of [1, 2, 4, 5, 8, 9, 16]) multiply(device, [rows, 768, 768], true);
  for (const rows of [1, 3, 7, 16]) multiply(device, [rows, 768, 768]);
  multiply(device, [17, 256, 768], true);
  multiply(device, [1, 256, 256], true);
  multiply(device, [1, 1001, 768], true);
  multiply(device, [2, 768, 768], true, "f32");
  const [outputs, inputs] = ["few_rows_of_outputs", "few_rows_of_inputs"];
  assertEquals(driver.launches.map(({ kernel }) => kernel), [
    ...[1, 8, 8, 8, 8, 16, 16].map((rows) => `${outputs}_${rows}_bf16_bf16`),
    ...[1, 8, 8, 16].map((rows) => `${inputs}_${rows}_bf16_bf16`),
    ...["matmul_bf16_bf16", "matmul_bf16_bf16", "matmul_bf16_bf16", "matmul_f32_f32"],
  ]);
});

Deno.test("a product of few rows has blocks for every multiprocessor, and all of its weights", async () => {
  const { device, driver } = await recordingDevice();
  const sizes: Sizes[] = [[1, 3072, 768], [1, 4096, 1024], [8, 8192, 2048], [1, 16_384, 4096]];
  for (const size of sizes) multiply(device, size);
  for (const [place, { geometry: { grid: [tiles, parts] }, parameters }] of driver.launches.entries()) {
    const [, inner = 0, cols = 0] = sizes[place] ?? [];
    const depth = new DataView(parameters.bytes.buffer).getInt32(parameters.offsets.at(-1) ?? 0, true);
    assertEquals([tiles, parts], [cols / 64, Math.ceil(inner / depth)]);
    assertEquals(tiles * parts >= 2 * 132 && tiles * parts < 6 * 132, true, `${tiles} x ${parts}`);
  }
  multiply(device, [1, 768, 32_000], true);
  assertEquals(driver.launches.at(-1)?.geometry.grid, [8000, 1, 1]);
});

Deno.test("products beside each other: one launch of few rows, else one each, and each is described once", async () => {
  const { device, driver } = await recordingDevice();
  /** What is launched, and how often the shape of each result is read. */
  const launch = (rows: number, outTypes: readonly ("bf16" | "f32")[], { isPacked = false } = {}) => {
    driver.launches.length = 0;
    let reads = 0;
    const a = device.tensor([rows, 768], "bf16");
    const made = outTypes.map((type) => {
      const out = device.tensor([rows, 768], type);
      const counted = {
        ...out,
        get shape() {
          reads++;
          return out.shape;
        },
      };
      const b = isPacked ? device.packed24(768, 768, "cols") : device.tensor([768, 768], "bf16");
      return { b, out: counted };
    });
    const [first, ...beside] = made;
    assert(first);
    device.kernels.matmul({ a, ...first, transposeB: true, beside });
    return { kernels: driver.launches.map(({ kernel }) => kernel), reads };
  };
  const few = (type: string) => `few_rows_of_outputs_1_bf16_${type}`;
  const together = launch(1, ["bf16", "bf16"]);
  assertEquals(together.kernels, [few("bf16")]);
  const apart = [
    { rows: 1, kernels: [few("bf16"), few("f32")] },
    { rows: 128, kernels: ["dense_product_nt_bf16", "dense_product_nt_f32"] },
  ];
  for (const { rows, kernels } of apart) assertEquals(launch(rows, ["bf16", "f32"]), { ...together, kernels });
  assertEquals(launch(1, ["bf16", "bf16", "bf16", "bf16"]).kernels, Array(4).fill(few("bf16")));
  const both = ["unpack24", "matmul_bf16_bf16"];
  assertEquals(launch(1, ["bf16", "bf16"], { isPacked: true }).kernels, [...both, ...both], "scratch is shared");
  device.dispose();
});

/** Launches of a decoded token with a model of some layers. */
async function launchesOfToken(layers: number): Promise<string[]> {
  const { device, driver } = await recordingDevice();
  const shape = { ...modelPresets["llama-125m"], layers, vocabularySize: 1024, sequenceLength: 1032 };
  const model = createTransformer(device, { shape }, 1);
  const cache = createKeyValueCache(model);
  const next = { tokens: device.tensor([1], "i32"), places: device.tensor([1], "i32") };
  const before = driver.launches.length;
  decode(model, cache, next, { arena: device.arena() });
  const launches = driver.launches.slice(before).map(({ kernel }) => kernel);
  device.dispose();
  return launches;
}

Deno.test("a token takes eight launches a layer, and three around them", async () => {
  const of = (kernel: string) => `few_rows_of_${kernel}_1_bf16_bf16`;
  const layer = [
    of("outputs"),
    "remember_tokens_bf16",
    "split_attention_64",
    ...[of("outputs"), "rms_norm_bf16_f32"],
    ...[of("outputs"), of("inputs"), "rms_norm_bf16_f32"],
  ];
  assertEquals(await launchesOfToken(2), [
    ...["embedding_bf16_bf16", "rms_norm_bf16_f32"],
    ...layer,
    ...layer,
    "few_rows_of_outputs_1_bf16_f32",
  ]);
});

gpuTest("a row has the same bits alone and in any company of up to 16", async () => {
  const device = await createCudaDevice();
  for (const [inner, cols] of [[768, 768], [3072, 768], [264, 1032], [4096, 72]] as const) {
    for (const transposeB of [false, true]) {
      const x = seededTensor(device, [16, inner], 1);
      const b = seededTensor(device, transposeB ? [cols, inner] : [inner, cols], 2);
      const rowsFrom = async (first: number, rows: number) => {
        const out: Tensor = device.tensor([rows, cols], "f32");
        device.kernels.matmul({ a: rowRange(x, first, first + rows), b, transposeB, out });
        return await device.read(out);
      };
      const expected = await rowsFrom(0, 16);
      for (const [first, rows] of [[0, 16], [0, 1], [15, 1], [3, 2], [5, 4], [1, 7], [2, 9]] as const) {
        const wanted = expected.slice(first * cols, (first + rows) * cols);
        assertEquals(await rowsFrom(first, rows), wanted, `${rows} rows of [${inner}, ${cols}] from ${first}`);
      }
    }
  }
  device.dispose();
});
