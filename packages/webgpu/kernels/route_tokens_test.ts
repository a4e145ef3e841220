import { assertEquals, assertThrows } from "@std/assert";
import type { Tensor } from "@beyond24/device";
import { deviceTests } from "../_testing.ts";
import { createWebGpuDevice } from "../create_web_gpu_device.ts";
import type { WebGpuDevice } from "../web_gpu_device.ts";

const gpuTest = await deviceTests();

/** The `slots` best experts of every token from its scores [E, T], best first. */
function ranked(scores: ArrayLike<number>, tokens: number, slots: number): number[] {
  const experts = Array.from({ length: scores.length / tokens }, (_, expert) => expert);
  return Array.from({ length: tokens }, (_, token) => {
    const score = (expert: number) => scores[expert * tokens + token] ?? NaN;
    return experts.toSorted((a, b) => score(b) - score(a) || a - b).slice(0, slots);
  }).flat();
}

/** Numbers without order between -0.5 and 0.5. */
function scattered(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (Math.sin(i + seed) * 43758.5) % 0.5);
}

/** Means that differ in a few last bits only, so that scores added up in another order would have other ranks. */
function inputs(device: WebGpuDevice, tokens: number, experts: number, width: number): { x: Tensor; means: Tensor } {
  const [x, means] = [device.tensor([tokens, width], "f32"), device.tensor([experts, width], "f32")];
  const mean = scattered(width, 1);
  const factors = scattered(experts * width, 2).map((value) => 1 + Math.round(4 * value) * 2 ** -23);
  device.write(x, scattered(tokens * width, 3));
  device.write(means, factors.map((factor, i) => (mean[i % width] ?? NaN) * factor));
  return { x, means };
}

for (const [tokens, experts, width, slots] of [[150, 8, 84, 2], [70, 3, 33, 1], [9, 100, 64, 3]] as const) {
  gpuTest(`routes are those of a product's scores: ${experts} experts, ${width} features`, async () => {
    const device = await createWebGpuDevice();
    const { x, means } = inputs(device, tokens, experts, width);
    const scores = device.tensor([experts, tokens], "f32");
    device.kernels.matmul({ a: means, b: x, transposeB: true, out: scores });
    const routes = device.tensor([tokens, slots], "i32");
    device.kernels.routeTokens({ x, means, experts: routes });
    const expected = ranked(await device.read(scores), tokens, slots);
    assertEquals([...await device.read(routes)], expected);
    device.dispose();
  });
}

gpuTest("as many experts as workgroup memory has room for, not one more", async () => {
  const device = await createWebGpuDevice();
  const routes = device.tensor([1, 1], "i32");
  const { x, means } = inputs(device, 1, 4097, 4);
  const fitting = device.tensor([4096, 4], "f32");
  device.write(x, Float32Array.of(1, 0, 0, 0));
  device.write(fitting, Float32Array.from({ length: 4096 * 4 }, (_, i) => i === 4 * 4095 ? 1 : 0));
  device.kernels.routeTokens({ x, means: fitting, experts: routes });
  assertEquals(await device.read(routes), Int32Array.of(4095));
  assertThrows(() => device.kernels.routeTokens({ x, means, experts: routes }), RangeError, "current value is 4097");
  device.dispose();
});
