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

// The kernels that have tiles once more with those for GPUs: software adapters would take the others.
const TILED = /: tiles (matmul|grouped\w+|attention\w*): /;
const test = await deviceTests();
runKernelContract({
  name: "webgpu f32 workgroup: tiles",
  createDevice: () => createWebGpuDevice({ productTiling: "workgroup" }),
  test: (name, fn) => {
    if (TILED.test(name)) test(name, fn);
  },
});
