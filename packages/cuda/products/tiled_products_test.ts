// The kernels for whole tiles against the plain ones on the same sorted tokens. Segments that are said to be aligned to
// 128 rows choose the former; the same segments, said to be aligned to 4, choose the latter.
import type { Device, HostArray, PackedMatrix24, Segments, Tensor } from "@beyond24/device";
import { rowRange, sortedCapacity } from "@beyond24/device";
import { assert, assertEquals } from "@std/assert";
import { gpuTest } from "../testing/on_gpu.ts";
import { randomValues } from "@beyond24/device/contract";
import { relativeError, seededTensor } from "../testing/testing.ts";
import { createCudaDevice } from "../create_cuda_device.ts";
import { NativeDriver } from "../driver/native_driver.ts";

const TOKENS = 1000;
const EXPERTS = 4;
const FEATURES = 384;
const NEURONS = 256;
const ROWS = sortedCapacity(TOKENS, EXPERTS, 128);

/** Order and segments of tokens of which one expert has none. */
function sort(device: Device): { order: Tensor; segments: Segments } {
  const experts = device.tensor([TOKENS, 1], "i32");
  device.write(
    experts,
    Int32Array.from(randomValues(TOKENS, 9), (value) => [0, 1, 3][Math.floor((value + 1) * 1.5)] ?? 0),
  );
  const segments = { offsets: device.tensor([EXPERTS + 1], "i32"), align: 128 };
  const order = device.tensor([ROWS], "i32");
  const outputs = { positions: device.tensor([TOKENS, 1], "i32"), counts: device.tensor([EXPERTS], "i32") };
  device.kernels.groupTokens({ experts, order, segments, ...outputs });
  return { order, segments };
}

function gather(device: Device, x: Tensor, order: Tensor): Tensor {
  const out = device.tensor([ROWS, x.shape[1] ?? 0], "bf16");
  device.kernels.gatherRows({ x, order, out });
  return out;
}

/** Everything that a sparse step computes, for given segments. */
async function run(device: Device, order: Tensor, segments: Segments): Promise<Map<string, HostArray>> {
  const { kernels } = device;
  const tokensX = seededTensor(device, [TOKENS, FEATURES], 1);
  const tokensDy = seededTensor(device, [TOKENS, FEATURES], 2);
  const [x, dy] = [gather(device, tokensX, order), gather(device, tokensDy, order)];
  const wIn = seededTensor(device, [EXPERTS * NEURONS, FEATURES], 3);
  const wOut = seededTensor(device, [EXPERTS * NEURONS, FEATURES], 4);
  const packed = device.packed24(EXPERTS * NEURONS, FEATURES, "cols");
  kernels.softThreshold24({ weights: wIn, packed });
  const zeros = (shape: readonly number[], dtype: "bf16" | "f32" = "bf16") => device.tensor(shape, dtype);
  const y1 = zeros([ROWS, NEURONS]);
  kernels.groupedMatmulNeurons({ x, weights: packed, segments, out: y1 });
  const gathering = { order, replicas: 1 };
  const y1Gathered = zeros([ROWS, NEURONS]);
  kernels.groupedMatmulNeurons({ x: tokensX, gather: gathering, weights: packed, segments, out: y1Gathered });
  const dense = zeros([ROWS, NEURONS]);
  kernels.groupedMatmulNeurons({ x, weights: wIn, segments, out: dense });
  const along = (axis: "rows" | "cols"): PackedMatrix24 => device.packed24(ROWS, NEURONS, axis);
  const [relu, y2, y2Tokens, dy1, dy1Tokens] = [
    along("cols"),
    along("cols"),
    along("rows"),
    along("cols"),
    along("rows"),
  ];
  const [y2Drawn, dy1Drawn] = [along("rows"), along("rows")];
  const unbiased = { key: 0xfedcba98, step: device.tensor([1], "i32") };
  device.write(unbiased.step, Int32Array.of(7));
  // Selections from the same numbers, so that a last bit of a product cannot change a mask.
  const fixed = gather(device, seededTensor(device, [TOKENS, NEURONS], 5), order);
  kernels.squaredReluSelect24({ y1: fixed, segments, relu, neurons: y2, tokens: y2Drawn, unbiased });
  kernels.squaredReluSelect24({ y1: fixed, segments, relu, neurons: y2, tokens: y2Tokens });
  const y3 = zeros([ROWS, FEATURES]);
  kernels.groupedMatmulFeatures({ y: y2, weights: wOut, segments, out: y3 });
  const y3Dense = zeros([ROWS, FEATURES]);
  kernels.groupedMatmulFeatures({ y: fixed, weights: wOut, segments, out: y3Dense });
  kernels.squaredReluBackwardSelect24({ dy2: fixed, relu, segments, neurons: dy1, tokens: dy1Drawn, unbiased });
  kernels.squaredReluBackwardSelect24({ dy2: fixed, relu, segments, neurons: dy1, tokens: dy1Tokens });
  const dwOut = zeros([EXPERTS * NEURONS, FEATURES], "f32");
  kernels.groupedMatmulWeights({ y: y2Tokens, x: dy, segments, out: dwOut });
  const dwOutGathered = zeros([EXPERTS * NEURONS, FEATURES], "f32");
  kernels.groupedMatmulWeights({ y: y2Tokens, x: tokensDy, gather: gathering, segments, out: dwOutGathered });
  const dwIn = seededTensor(device, [EXPERTS * NEURONS, FEATURES], 6, "f32");
  kernels.groupedMatmulWeights({ y: dy1Tokens, x, segments, out: dwIn, accumulate: true });
  const dwDense = zeros([EXPERTS * NEURONS, FEATURES], "f32");
  kernels.groupedMatmulWeights({ y: fixed, x, segments, out: dwDense });
  const results = new Map<string, HostArray>();
  for (
    const [name, tensor] of Object.entries({ y1, y1Gathered, dwOutGathered, dense, y3, y3Dense, dwOut, dwIn, dwDense })
  ) {
    results.set(name, await device.read(tensor));
  }
  for (const [name, matrix] of Object.entries({ relu, y2, y2Tokens, y2Drawn, dy1, dy1Tokens, dy1Drawn })) {
    results.set(name, await usedPart(device, matrix, segments));
  }
  return results;
}

/** Values and metadata of the rows in use of a packed matrix. */
async function usedPart(device: Device, matrix: PackedMatrix24, { offsets }: Segments): Promise<Float32Array> {
  const used = (await device.read(offsets)).at(-1) ?? 0;
  const { rows, cols, values, metadata } = await device.readPacked24(matrix);
  const [usedRows, usedCols] = matrix.axis === "cols" ? [used, cols] : [rows, used];
  const kept: number[] = [];
  for (let row = 0; row < usedRows; row++) {
    kept.push(...values.subarray(row * cols / 2, row * cols / 2 + usedCols / 2));
    kept.push(...metadata.subarray(row * cols / 16, row * cols / 16 + usedCols / 16));
  }
  return Float32Array.from(kept);
}

/** The step on kernels for whole tiles, twice, against the plain ones. */
async function agreesWithPlain(device: Device): Promise<void> {
  const { order, segments } = sort(device);
  const tiled = await run(device, order, segments);
  const again = await run(device, order, segments);
  const plain = await run(device, order, { ...segments, align: 4 });
  device.dispose();
  const errors = new Map<string, number>();
  for (const [name, of] of [["y1Gathered", "y1"], ["dwOutGathered", "dwOut"]] as const) {
    for (const results of [tiled, plain]) assertEquals(results.get(name), results.get(of), name);
  }
  for (const [name, values] of plain) {
    const actual = tiled.get(name) ?? values;
    assertEquals(again.get(name), actual, `${name} must repeat`);
    errors.set(name, relativeError(actual, values));
  }
  for (const [name, error] of errors) {
    const bound = ["relu", "y2", "y2Tokens", "y2Drawn", "dy1", "dy1Tokens", "dy1Drawn"].includes(name)
      ? 0
      : name.startsWith("dw")
      ? 1e-5
      : 5e-3;
    assert(error <= bound, `${name} is off: ${[...errors]}`);
  }
}

gpuTest("a sparse step on the Hopper kernels agrees with the plain ones; selections to the bit", async () => {
  await agreesWithPlain(await createCudaDevice());
});

/** Tokens of random values, each with `slots` different experts of which the first ones have most, in sorted order. */
function routedTokens(device: Device, tokens: number, slots: number, experts: number) {
  const rows = sortedCapacity(tokens * slots, experts, 128);
  const routes = device.tensor([tokens, slots], "i32");
  const first = randomValues(tokens, 3).map((value) => Math.floor(value * value * experts));
  device.write(
    routes,
    Int32Array.from(
      { length: tokens * slots },
      (_, i) => ((first[Math.floor(i / slots)] ?? 0) + i % slots) % experts,
    ),
  );
  const segments = { offsets: device.tensor([experts + 1], "i32"), align: 128 };
  const order = device.tensor([rows], "i32");
  const outputs = { positions: device.tensor([tokens, slots], "i32"), counts: device.tensor([experts], "i32") };
  device.kernels.groupTokens({ experts: routes, order, segments, ...outputs });
  return { rows, segments, gather: { order, replicas: slots } };
}

gpuTest("products that gather tokens of several experts give the bits of sorted ones, every time", async () => {
  const device = await createCudaDevice();
  const { kernels } = device;
  const sizes = [[1000, 3, 6, 256, 384], [3000, 4, 16, 128, 512]] as const;
  for (const [tokens, slots, experts, neurons, features] of sizes) {
    const { rows, segments, gather } = routedTokens(device, tokens, slots, experts);
    const x = seededTensor(device, [tokens, features], 1);
    const sorted = device.tensor([rows, features], "bf16");
    kernels.gatherRows({ x, ...gather, out: sorted });
    const weights = device.packed24(experts * neurons, features, "cols");
    kernels.select24({ x: seededTensor(device, [experts * neurons, features], 2), packed: weights });
    const y = device.packed24(rows, neurons, "rows");
    kernels.select24({ x: seededTensor(device, [rows, neurons], 3), packed: y, segments });
    const products = async (argument: { readonly x: Tensor; readonly gather?: typeof gather }) => {
      const y1 = device.tensor([rows, neurons], "bf16");
      const gradient = seededTensor(device, [experts * neurons, features], 4, "f32");
      kernels.groupedMatmulNeurons({ ...argument, weights, segments, out: y1 });
      kernels.groupedMatmulWeights({ ...argument, y, segments, out: gradient });
      return await Promise.all([y1, gradient].map((tensor) => device.read(tensor)));
    };
    const expected = await products({ x: sorted });
    for (let repeat = 0; repeat < 5; repeat++) assertEquals(await products({ x, gather }), expected);
  }
  device.dispose();
});

gpuTest("a selection that gathers clusters gives the bits of sorted ones, every time", async () => {
  const device = await createCudaDevice();
  const { kernels } = device;
  for (const [tokens, slots, experts, neurons] of [[1000, 3, 6, 256], [3000, 4, 40, 128]] as const) {
    const { rows, segments, gather } = routedTokens(device, tokens, slots, experts);
    const full = seededTensor(device, [tokens, experts * neurons], 1);
    const sorted = device.tensor([rows, neurons], "bf16");
    kernels.gatherClusters({ x: full, ...gather, segments, out: sorted });
    const unbiased = { key: 0xfedcba98, step: device.tensor([1], "i32") };
    const select = async (source: { readonly y1: Tensor; readonly gather?: typeof gather }) => {
      const along = (axis: "rows" | "cols") => device.packed24(rows, neurons, axis);
      const [relu, first, second] = [along("cols"), along("cols"), along("cols")];
      const [largest, drawn] = [along("rows"), along("rows")];
      kernels.squaredReluSelect24({ ...source, segments, relu, neurons: first, tokens: largest });
      kernels.squaredReluSelect24({ ...source, segments, relu, neurons: second, tokens: drawn, unbiased });
      const results = [relu, first, second, largest, drawn];
      return await Promise.all(results.map((result) => usedPart(device, result, segments)));
    };
    const expected = await select({ y1: sorted });
    for (let repeat = 0; repeat < 5; repeat++) assertEquals(await select({ y1: full, gather }), expected);
  }
  device.dispose();
});

gpuTest("energies summed within their product choose what those of the product choose, every time", async () => {
  const device = await createCudaDevice();
  const { kernels } = device;
  // Whole numbers: every sum is exact in any order. Tiles of 256 and, at the end, of 128 neurons; one token is NaN.
  const whole = (shape: readonly [number, number], seed: number) => {
    const tensor = device.tensor(shape, "bf16");
    device.write(tensor, randomValues(shape[0] * shape[1], seed).map((value) => Math.round(1.49 * value)));
    return tensor;
  };
  for (const [rows, clusters, neurons, features] of [[1024, 6, 256, 384], [16384, 16, 128, 512]] as const) {
    const tokens = whole([rows, features], 1);
    device.write(rowRange(tokens, 5, 6), new Float32Array(features).fill(NaN));
    const weights = device.packed24(clusters * neurons, features, "cols");
    kernels.select24({ x: whole([clusters * neurons, features], 2), packed: weights });
    const y = device.tensor([rows, clusters * neurons], "bf16");
    const [experts, share] = [device.tensor([rows, 3], "i32"), device.tensor([rows], "f32")];
    const results = () => Promise.all([y, experts, share].map((tensor) => device.read(tensor)));
    kernels.matmul({ a: tokens, b: weights, transposeB: true, out: y });
    kernels.routeEnergies({ y, clusters, experts, share });
    const right = await results();
    for (let repeat = 0; repeat < 5; repeat++) {
      for (const out of [y, experts, share]) kernels.fill({ out, value: -1 });
      kernels.routeEnergies({ product: { tokens, weights }, y, clusters, experts, share });
      assertEquals(await results(), right);
    }
  }
  device.dispose();
});

gpuTest("a sparse step on the kernels of the A100 agrees with the plain ones", async () => {
  const driver = new NativeDriver(0, { computeCapability: 80 });
  await agreesWithPlain(await createCudaDevice({ driver, libraries: false }));
});

gpuTest("on the kernels of the A100 one expert is the dense product, to the last bit", async () => {
  const driver = new NativeDriver(0, { computeCapability: 80 });
  const device = await createCudaDevice({ driver, libraries: false });
  const [rows, neurons, features] = [384, 256, 640];
  const segments = oneExpert(device, rows);
  const [x, y] = [seededTensor(device, [rows, features], 1), seededTensor(device, [rows, neurons], 2)];
  const weights = seededTensor(device, [neurons, features], 3);
  const same = async (
    name: string,
    shape: readonly number[],
    dtype: "bf16" | "f32",
    grouped: Product,
    plain: Product,
  ) => {
    const [a, b] = [device.tensor(shape, dtype), device.tensor(shape, dtype)];
    grouped(a);
    plain(b);
    assertEquals(await device.read(a), await device.read(b), name);
  };
  const { kernels } = device;
  await same(
    "neurons",
    [rows, neurons],
    "bf16",
    (out) => kernels.groupedMatmulNeurons({ x, weights, segments, out }),
    (out) => kernels.matmul({ a: x, b: weights, transposeB: true, out }),
  );
  await same(
    "features",
    [rows, features],
    "bf16",
    (out) => kernels.groupedMatmulFeatures({ y, weights, segments, out }),
    (out) => kernels.matmul({ a: y, b: weights, out }),
  );
  await same(
    "weights",
    [neurons, features],
    "f32",
    (out) => kernels.groupedMatmulWeights({ y, x, segments, out }),
    (out) => kernels.matmul({ a: y, b: x, transposeA: true, out }),
  );
  device.dispose();
});

type Product = (out: Tensor) => void;

/** Segments of one expert that has all rows. */
function oneExpert(device: Device, rows: number): Segments {
  const segments = { offsets: device.tensor([2], "i32"), align: 128 };
  const [experts, positions] = [device.tensor([rows, 1], "i32"), device.tensor([rows, 1], "i32")];
  const outputs = { order: device.tensor([rows], "i32"), positions, counts: device.tensor([1], "i32") };
  device.kernels.groupTokens({ experts, segments, ...outputs });
  return segments;
}
