/** Dense products in the three forms of a training step, plain TypeScript against the fast paths. */
import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import { filled } from "./harness/filled.ts";

const N = 512;
const DEVICES = [
  { name: "reference", device: createReferenceDevice(), baseline: true },
  { name: "WebAssembly, 1 thread", device: await createCpuDevice({ threads: 1, blas: "off" }), baseline: false },
  { name: "WebAssembly, all threads", device: await createCpuDevice({ blas: "off" }), baseline: false },
  { name: "BLAS if there is one, all threads", device: await createCpuDevice(), baseline: false },
];
const FORMS = [
  { group: "a · b", transposeA: false, transposeB: false },
  { group: "a · bᵀ", transposeA: false, transposeB: true },
  { group: "aᵀ · b", transposeA: true, transposeB: false },
];

for (const { group, ...form } of FORMS) {
  for (const { name, device, baseline } of DEVICES) {
    const [a, b] = [filled(device, [N, N]), filled(device, [N, N])];
    const out = device.tensor([N, N], "f32");
    Deno.bench(name, { group: `${group}, ${N}³`, baseline, n: baseline ? 5 : 100 }, () => {
      device.kernels.matmul({ a, b, out, ...form });
    });
  }
}
