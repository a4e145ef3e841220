/** Causal attention, forward and backward, plain TypeScript against the fast paths. */
import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import { filled } from "./harness/filled.ts";

const SHAPE = { sequences: 2, sequenceLength: 256, heads: 4, keyValueHeads: 2, headDim: 64 };
const TOKENS = SHAPE.sequences * SHAPE.sequenceLength;
const DEVICES = [
  { name: "reference", device: createReferenceDevice(), baseline: true },
  { name: "WebAssembly, 1 thread", device: await createCpuDevice({ threads: 1, blas: "off" }), baseline: false },
  { name: "WebAssembly, all threads", device: await createCpuDevice({ blas: "off" }), baseline: false },
  { name: "BLAS if there is one, all threads", device: await createCpuDevice(), baseline: false },
];

for (const { name, device, baseline } of DEVICES) {
  const queryShape = [TOKENS, SHAPE.heads * SHAPE.headDim];
  const keyShape = [TOKENS, SHAPE.keyValueHeads * SHAPE.headDim];
  const [q, k, v] = [filled(device, queryShape), filled(device, keyShape), filled(device, keyShape)];
  const logSumExp = device.tensor([SHAPE.sequences, SHAPE.heads, SHAPE.sequenceLength], "f32");
  const forward = { q, k, v, shape: SHAPE, out: device.tensor(queryShape, "f32"), logSumExp };
  const gradients = {
    dQ: device.tensor(queryShape, "f32"),
    dK: device.tensor(keyShape, "f32"),
    dV: device.tensor(keyShape, "f32"),
  };
  const dOut = filled(device, queryShape);
  const n = baseline ? 5 : 100;
  Deno.bench(name, { group: "attention", baseline, n }, () => device.kernels.attention(forward));
  Deno.bench(name, { group: "attentionBackward", baseline, n }, () => {
    device.kernels.attentionBackward({ forward, dOut, ...gradients });
  });
}
