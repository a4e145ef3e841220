import { assertEquals, assertFalse, assertMatch } from "@std/assert";
import { runKernelContract } from "@beyond24/device/contract";
import { deviceTests } from "./_testing.ts";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";

const gpuTest = await deviceTests();

/**
 * The kernels with sums or maxima over a workgroup; the contract proper runs them with subgroups where there are some.
 */
const REDUCTIONS =
  /: (countNonzero|crossEntropy|logLikelihood|rmsNorm|rmsNormBackward|sum|squaredNorm|clusterMeans)\b|kernel cases/;

runKernelContract({
  name: "webgpu f32 without subgroups:",
  createDevice: () => createWebGpuDevice({ subgroups: false }),
  test: (name, run) => REDUCTIONS.test(name) && gpuTest(name, run),
});

gpuTest("Mesa's software driver has subgroups", async () => {
  const device = await createWebGpuDevice();
  if (/llvmpipe/.test(device.description)) assertMatch(device.description, /, subgroups$/);
  device.dispose();
  const without = await createWebGpuDevice({ subgroups: false });
  assertFalse(without.description.includes("subgroups"));
  without.dispose();
});

gpuTest("sums are the same with subgroups as without where they are exact, and every time", async () => {
  const sums: (number | undefined)[] = [];
  for (const subgroups of [true, false, true]) {
    const device = await createWebGpuDevice({ subgroups });
    const [x, out] = [device.tensor([9001], "f32"), device.tensor([1], "f32")];
    device.write(x, Float32Array.from({ length: 9001 }, (_, i) => i % 17 - 3));
    device.kernels.sum({ x, out });
    sums.push((await device.read(out))[0]);
    device.dispose();
  }
  const exact = Array.from({ length: 9001 }, (_, i) => i % 17 - 3).reduce((sum, value) => sum + value, 0);
  assertEquals(sums, [exact, exact, exact]);
});
