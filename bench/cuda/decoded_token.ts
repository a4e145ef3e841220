/**
 * Where the time of a decoded token goes on a GPU: each of its kernels alone, in a recorded chain that reads other
 * weights and another cache every time, as layers do. Microseconds a launch and, of products, GB/s of weights.
 *
 * Run: `deno run --allow-ffi --allow-read --allow-env bench/cuda/decoded_token.ts [--preset=llama-125m] [--rows=1]
 * [--position=1000]`
 */
import { createCudaDevice } from "@beyond24/cuda";
import type { DType, Tensor } from "@beyond24/device";
import { option, print, shapeOption } from "./_command_line.ts";

const CHAIN = 240;
const { dModel, dFfn, heads, kvHeads, headDim, vocabularySize, layers } = shapeOption("llama-125m");
const [rows, position] = [Number(option("rows", "1")), Number(option("position", "1000"))];
const device = await createCudaDevice();
const { kernels } = device;
print({ device: device.description, rows, position });

const zeros = (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype);
/** As many as there are layers, so that the second-level cache does not hold them. */
const perLayer = <Made>(make: () => Made): (call: number) => Made => {
  const made = Array.from({ length: layers }, make);
  return (call) => made[call % layers] ?? make();
};

async function measure(name: string, launch: (call: number) => void, weights = 0): Promise<void> {
  const chain = () =>
    device.replay(name, () => {
      for (let call = 0; call < CHAIN; call++) launch(call);
    });
  for (let warm = 0; warm < 3; warm++) chain();
  await device.synchronize();
  const times = [];
  for (let round = 0; round < 7; round++) {
    const start = performance.now();
    chain();
    await device.synchronize();
    times.push((performance.now() - start) / CHAIN);
  }
  const least = Math.min(...times);
  const rate = weights === 0 ? {} : { gigabytesPerSecond: Math.round(2 * weights / least / 1e6) };
  print({ name, microseconds: Number((1000 * least).toFixed(2)), ...rate });
}

const [width, keyWidth] = [heads * headDim, kvHeads * headDim];
const x = zeros([rows, dModel]);
const wide = zeros([rows, dFfn]);
const product = (name: string, a: Tensor, n: number, transposeB: boolean, type: DType = "bf16") => {
  const [, k = 0] = a.shape;
  const weightsOf = perLayer(() => zeros(transposeB ? [n, k] : [k, n]));
  const out = zeros([rows, n], type);
  return measure(name, (call) => kernels.matmul({ a, b: weightsOf(call), transposeB, out }), n * k);
};
const projections = perLayer(() => [width, keyWidth, keyWidth].map((n) => ({ b: zeros([n, dModel]), n })));
const projected = [width, keyWidth, keyWidth].map((n) => zeros([rows, n]));
await measure("queries, keys, values", (call) => {
  const [first, ...beside] = projections(call).map(({ b }, i) => ({ b, out: projected[i] ?? x }));
  if (first !== undefined) kernels.matmul({ a: x, ...first, transposeB: true, beside });
}, dModel * (width + 2 * keyWidth));
await product("output of attention", zeros([rows, width]), dModel, true);
const upOf = perLayer(() => zeros([dFfn, dModel]));
const y1 = zeros([rows, dFfn]);
await measure(
  "up, with squared ReLU",
  (call) => kernels.squaredRelu({ x: y1, product: { tokens: x, weights: upOf(call) }, out: wide }),
  dModel * dFfn,
);
await product("down", wide, dModel, false);
await product("down, if it were stored transposed", wide, dModel, true);
await product("scores", x, vocabularySize, true, "f32");
const [weight, inverseRms] = [zeros([dModel], "f32"), zeros([rows], "f32")];
const [addend, sum, normed] = [zeros([rows, dModel]), zeros([rows, dModel]), zeros([rows, dModel])];
await measure(
  "norm, with a sum",
  () => kernels.rmsNorm({ x, residual: { addend, sum }, weight, epsilon: 1e-5, out: normed, inverseRms }),
);
const capacity = position + 32;
const cacheOf = perLayer(() => [0, 1].map(() => zeros([rows * capacity, keyWidth])));
const places = zeros([rows], "i32");
device.write(places, Int32Array.from({ length: rows }, (_, row) => row * capacity + position));
const shape = { sequences: rows, sequenceLength: capacity, heads, keyValueHeads: kvHeads, headDim };
const [q, k, v, out] = [zeros([rows, width]), zeros([rows, keyWidth]), zeros([rows, keyWidth]), zeros([rows, width])];
const [cosines, sines] = [zeros([capacity, headDim / 2], "f32"), zeros([capacity, headDim / 2], "f32")];
const attend = (call: number, isFresh: boolean) => {
  const [keys = k, values = v] = cacheOf(call);
  const fresh = isFresh ? { fresh: { k, v, cosines, sines } } : {};
  kernels.cachedAttention({ q, ...fresh, keys, values, places, shape, out });
};
await measure("attention", (call) => attend(call, false));
await measure("attention, which remembers the token first", (call) => attend(call, true));
await measure("nothing but a launch", () => kernels.fill({ out: inverseRms, value: 0 }));
device.dispose();
