import { runKernelContract } from "@beyond24/device/contract";
import { assertEquals } from "@std/assert";
import { gpuTest } from "./testing/on_gpu.ts";
import { createCudaDevice } from "./create_cuda_device.ts";
import { CudaDevice } from "./cuda_device.ts";
import { RecordingDriver } from "./driver/recording_driver.ts";
import { loadModules } from "./launching/load_modules.ts";

runKernelContract({
  name: "cuda",
  createDevice: () => createCudaDevice(),
  test: (name, run, skipReason) => gpuTest(name, run, skipReason),
});

runKernelContract({
  name: "cuda without libraries",
  createDevice: () => createCudaDevice({ libraries: false }),
  test: (name, run, skipReason) => gpuTest(name, run, skipReason),
});

Deno.test("a CUDA device says that each new size is tuned for, where it has a library that does so", async () => {
  const driver = new RecordingDriver();
  const ptxOf = await loadModules(driver.properties.computeCapability);
  const library = { description: "a library", dispose: () => {} };
  const products = { ...library, matmul: () => false };
  const attention = { ...library, forward: () => false, backward: () => false };
  const tunes = [{}, { products }, { attention }].map((libraries) => {
    const device = new CudaDevice(driver, libraries, ptxOf);
    const { tunesEachSize } = device;
    device.dispose();
    return tunesEachSize;
  });
  assertEquals(tunes, [false, true, true]);
});
