import { runKernelContract } from "@beyond24/device/contract";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { skipReason } from "./_testing.ts";

for (const dtype of ["f32", "f16"] as const) {
  const reason = await skipReason({ dtype });
  runKernelContract({
    name: `webgpu ${dtype}`,
    createDevice: () => createWebGpuDevice({ dtype }),
    test: (name, fn) => Deno.test({ name, fn, ignore: reason !== undefined }),
  });
}
