/**
 * f32 products of 1024 × 1024 on one WebGPU adapter: ours, jax-js and TensorFlow.js, runs alternating, the result read by
 * the host every time.
 *
 *     deno run --allow-all --no-lock bench/webgpu/matmul.ts
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix no-console -- peers are no dependency of any package; a command prints
import { createWebGpuDevice } from "@beyond24/webgpu";
import { init, numpy } from "npm:@jax-js/jax@0.1.25";
import * as tf from "npm:@tensorflow/tfjs-core@4.22.0";
import "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";
import { type Contestant, interleave } from "./_interleave.ts";

const [SIZE, ROUNDS] = [1024, 9];
const left = Float32Array.from({ length: SIZE * SIZE }, () => Math.random() - 0.5);
const right = Float32Array.from({ length: SIZE * SIZE }, () => Math.random() - 0.5);
const results = new Map<string, Float32Array>();

async function ours(): Promise<Contestant> {
  const device = await createWebGpuDevice();
  console.log(device.description);
  const [a, b, out] = [left, right, left].map(() => device.tensor([SIZE, SIZE], "f32"));
  if (!a || !b || !out) throw new Error("unreachable: three tensors");
  device.write(a, left);
  device.write(b, right);
  const run = async () => {
    device.kernels.matmul({ a, b, out });
    results.set("beyond24", Float32Array.from(await device.read(out)));
  };
  return { name: "beyond24", run };
}

async function jax(): Promise<Contestant> {
  await init("webgpu");
  const place = (values: Float32Array<ArrayBuffer>) => numpy.array(values, { shape: [SIZE, SIZE], device: "webgpu" });
  const [a, b] = [place(left), place(right)];
  const run = async () => {
    const product = numpy.matmul(a.ref, b.ref);
    results.set("jax-js", Float32Array.from(await product.data() as Float32Array));
  };
  return { name: "jax-js", run };
}

async function tensorflow(): Promise<Contestant> {
  await tf.setBackend("webgpu");
  const [a, b] = [tf.tensor2d(left, [SIZE, SIZE]), tf.tensor2d(right, [SIZE, SIZE])];
  const run = async () => {
    const product = tf.matMul(a, b);
    results.set("tfjs", await product.data<"float32">());
    product.dispose();
  };
  return { name: "tfjs", run };
}

const contestants = [await ours(), await jax(), await tensorflow()];
const times = await interleave(contestants, ROUNDS);
const [reference] = [results.get("beyond24") ?? new Float32Array()];
for (const [i, { name }] of contestants.entries()) {
  const time = times[i] ?? NaN;
  const own = results.get(name) ?? new Float32Array();
  const difference = reference.reduce((largest, value, j) => Math.max(largest, Math.abs(value - (own[j] ?? NaN))), 0);
  const rate = 2 * SIZE ** 3 / time / 1e6;
  console.log(
    `${name.padEnd(9)} ${time.toFixed(1)} ms, ${rate.toFixed(1)} GFLOP/s, largest difference ${
      difference.toExponential(1)
    }`,
  );
}
const [own = NaN, ...peers] = times;
console.log(`against the better peer: ${(Math.min(...peers) / own).toFixed(2)}x`);
Deno.exit(0);
