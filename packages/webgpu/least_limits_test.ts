import { runKernelContract } from "@beyond24/device/contract";
import { deviceTests } from "./_testing.ts";
import { softwareTiles } from "./tile_choice.ts";
import { WebGpuDevice } from "./web_gpu_device.ts";

const gpuTest = await deviceTests();

/** The kernels that bind most, and those that bind as many tensors as they may. */
const BINDING = /: (squaredRelu(Backward)?Select24): .*(two experts|unbiased)|: (squaredNorm|recordRow): /;

/** A device with the limits that every adapter has: eight storage buffers, 128 MiB each. */
async function createLeastDevice(): Promise<WebGpuDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  if (device === undefined) throw new Error("Cannot run as the adapter is gone: run the test again");
  return new WebGpuDevice({
    device,
    description: "webgpu: least limits",
    adapter: "least",
    activationType: "f32",
    tiles: softwareTiles,
    subgroups: "none",
    profile: false,
  });
}

runKernelContract({
  name: "webgpu with the least limits:",
  createDevice: createLeastDevice,
  test: (name, run) => BINDING.test(name) && gpuTest(name, run),
});
