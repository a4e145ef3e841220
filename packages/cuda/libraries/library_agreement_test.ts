// What cuBLASLt and cuDNN compute, against our own kernels on the same inputs, at sizes that the contract leaves to
// them.
import type { AttentionShape, Device, HostArray } from "@beyond24/device";
import { assert, assertEquals } from "@std/assert";
import { gpuTest } from "../testing/on_gpu.ts";
import { relativeError, seededTensor } from "../testing/testing.ts";
import { createCudaDevice } from "../create_cuda_device.ts";

async function product(device: Device, transposeA: boolean, transposeB: boolean, outType: "f32" | "bf16") {
  const [m, n, k] = [384, 640, 512];
  const a = seededTensor(device, transposeA ? [k, m] : [m, k], 1);
  const b = seededTensor(device, transposeB ? [n, k] : [k, n], 2);
  const out = device.tensor([m, n], outType);
  device.kernels.fill({ out, value: 3 });
  device.kernels.matmul({ a, b, out, transposeA, transposeB });
  device.kernels.matmul({ a, b, out, transposeA, transposeB, accumulate: true });
  return await device.read(out);
}

async function attention(device: Device, shape: AttentionShape): Promise<HostArray[]> {
  const tokens = shape.sequences * shape.sequenceLength;
  const [width, keyWidth] = [shape.heads * shape.headDim, shape.keyValueHeads * shape.headDim];
  const [q, dOut] = [seededTensor(device, [tokens, width], 1), seededTensor(device, [tokens, width], 4)];
  const [k, v] = [seededTensor(device, [tokens, keyWidth], 2), seededTensor(device, [tokens, keyWidth], 3)];
  const logSumExp = device.tensor([shape.sequences, shape.heads, shape.sequenceLength], "f32");
  const forward = { q, k, v, shape, out: device.tensor([tokens, width], "bf16"), logSumExp };
  device.kernels.attention(forward);
  const dQ = device.tensor([tokens, width], "bf16");
  const [dK, dV] = [device.tensor([tokens, keyWidth], "bf16"), device.tensor([tokens, keyWidth], "bf16")];
  device.kernels.attentionBackward({ forward, dOut, dQ, dK, dV });
  const results: HostArray[] = [];
  for (const tensor of [forward.out, logSumExp, dQ, dK, dV]) results.push(await device.read(tensor));
  return results;
}

async function both<Result>(run: (device: Device) => Promise<Result>): Promise<[Result, Result, Result]> {
  const library = await createCudaDevice();
  const plain = await createCudaDevice({ libraries: false });
  const results: [Result, Result, Result] = [await run(library), await run(library), await run(plain)];
  library.dispose();
  plain.dispose();
  return results;
}

for (const outType of ["f32", "bf16"] as const) {
  for (const [transposeA, transposeB] of [[false, false], [false, true], [true, false], [true, true]] as const) {
    gpuTest(
      `matmul to ${outType}, transposed ${transposeA}, ${transposeB}: library and plain kernel agree`,
      async () => {
        const [first, second, plain] = await both((device) => product(device, transposeA, transposeB, outType));
        assertEquals(second, first);
        assert(relativeError(first, plain) < (outType === "f32" ? 1e-5 : 5e-3));
      },
    );
  }
}

for (const headDim of [64, 128]) {
  for (const keyValueHeads of [4, 1]) {
    gpuTest(
      `attention, heads of ${headDim}, ${keyValueHeads} of 4 key heads: library and own kernel agree`,
      async () => {
        const shape = { sequences: 2, sequenceLength: 320, heads: 4, keyValueHeads, headDim };
        const [first, second, plain] = await both((device) => attention(device, shape));
        assertEquals(second, first);
        const errors = first.map((values, i) => relativeError(values, plain[i] ?? values));
        assert(errors.every((error, i) => error < (i === 1 ? 1e-5 : 2e-2)), `errors are ${errors}`);
      },
    );
  }
}
