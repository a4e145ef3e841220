import { runKernelContract } from "@beyond24/device/contract";
import { createCpuDevice } from "./cpu_device.ts";

const CONFIGURATIONS = [
  { name: "cpu wasm, 1 thread", options: { threads: 1, blas: "off" } },
  { name: "cpu wasm, 3 threads", options: { threads: 3, blas: "off" } },
  { name: "cpu, 2 threads, blas if there is one", options: { threads: 2, blas: "auto" } },
];

for (const { name, options } of CONFIGURATIONS) {
  runKernelContract({
    name,
    createDevice: () => createCpuDevice(options),
    test: (title, fn, skipReason) => Deno.test({ name: title, fn, ignore: skipReason !== undefined }),
  });
}
