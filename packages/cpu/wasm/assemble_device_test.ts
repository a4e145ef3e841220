import { assertEquals } from "@std/assert";
import type { Device, Tensor } from "@beyond24/device";
import { runKernelContract } from "@beyond24/device/contract";
import { assembleDevice } from "./assemble_device.ts";
import { compileKernelModule, PLAIN_SIMD } from "./kernel_module.ts";

runKernelContract({
  name: "cpu wasm without relaxed SIMD",
  createDevice: () => assembleDevice(compileKernelModule([PLAIN_SIMD]), 2, "off"),
  test: (title, fn, skipReason) => Deno.test({ name: title, fn, ignore: skipReason !== undefined }),
});

Deno.test("assembleDevice names the instructions", async () => {
  const device = await assembleDevice(compileKernelModule([PLAIN_SIMD]), 1, "off");
  assertEquals(device.description, "CPU, 1 thread, WebAssembly SIMD, BLAS off");
  device.dispose();
});

function wave(count: number, phase: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.3 + phase));
}

function input(device: Device, shape: readonly number[], phase: number): Tensor {
  const tensor = device.tensor(shape, "f32");
  device.write(tensor, wave(shape.reduce((a, b) => a * b, 1), phase));
  return tensor;
}

/** Some of everything that is split among threads. */
async function results(threads: number): Promise<Float32Array[]> {
  const device = await assembleDevice(compileKernelModule(), threads, "off");
  const { kernels } = device;
  const [a, b, out] = [input(device, [257, 300], 1), input(device, [300, 130], 2), device.tensor([257, 130], "f32")];
  kernels.matmul({ a, b, out });

  // A row by much is shared, a row by little is not.
  const rows = [[900, 300], [40, 300]].map((extent) => {
    const [row, columns] = [input(device, [1, 300], 13), input(device, extent, 14)];
    const product = device.tensor([1, extent[0] ?? 0], "f32");
    kernels.matmul({ a: row, b: columns, transposeB: true, out: product });
    return product;
  });

  const segments = { offsets: device.tensor([4], "i32"), align: 4 };
  device.write(segments.offsets, Int32Array.of(0, 68, 68, 200));
  const [x, y, weights] = [input(device, [200, 36], 3), input(device, [200, 20], 4), device.tensor([60, 36], "f32")];
  kernels.groupedMatmulWeights({ y, x, segments, out: weights });
  const neurons = device.tensor([200, 20], "f32");
  kernels.groupedMatmulNeurons({ x, weights, segments, out: neurons });

  const dWeight = device.tensor([300], "f32");
  const inverseRms = input(device, [257], 5);
  const dX = device.tensor([257, 300], "f32");
  const gains = { x: a, weight: input(device, [300], 6), inverseRms, dOut: input(device, [257, 300], 7), dX, dWeight };
  kernels.rmsNormBackward(gains);

  const shape = { sequences: 3, sequenceLength: 70, heads: 4, keyValueHeads: 2, headDim: 12 };
  const [q, k, v] = [input(device, [210, 48], 8), input(device, [210, 24], 9), input(device, [210, 24], 10)];
  const [attended, logSumExp] = [device.tensor([210, 48], "f32"), device.tensor([3, 4, 70], "f32")];
  const forward = { q, k, v, shape, out: attended, logSumExp };
  kernels.attention(forward);
  const [dQ, dK, dV] = [[210, 48], [210, 24], [210, 24]].map((extent) => device.tensor(extent, "f32"));
  if (!dQ || !dK || !dV) throw new Error("Three gradients");
  kernels.attentionBackward({ forward, dOut: input(device, [210, 48], 11), dQ, dK, dV });

  const norm = device.tensor([1], "f32");
  kernels.squaredNorm({ tensors: [a, b, input(device, [70001], 12)], out: norm });

  const read: Float32Array[] = [];
  for (const tensor of [out, ...rows, weights, neurons, dX, dWeight, attended, dQ, dK, dV, norm]) {
    read.push(Float32Array.from(await device.read(tensor)));
  }
  device.dispose();
  return read;
}

Deno.test("without BLAS the bits do not depend on the number of threads", async () => {
  const expected = await results(1);
  for (const threads of [2, 3, 7]) {
    (await results(threads)).forEach((values, i) =>
      assertEquals(values, expected[i], `result ${i}, ${threads} threads`)
    );
  }
});
