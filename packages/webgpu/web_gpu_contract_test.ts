import { runKernelContract } from "@beyond24/device/contract";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { deviceTests } from "./_testing.ts";

for (const dtype of ["f32", "f16"] as const) {
  runKernelContract({
    name: `webgpu ${dtype}`,
    createDevice: () => createWebGpuDevice({ dtype }),
    test: await deviceTests({ dtype }),
  });
}
