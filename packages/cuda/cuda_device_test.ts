import { runKernelContract } from "@beyond24/device/contract";
import { gpuTest } from "./testing/on_gpu.ts";
import { createCudaDevice } from "./create_cuda_device.ts";

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
