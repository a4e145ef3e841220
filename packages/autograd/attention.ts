import type { AttentionShape } from "@beyond24/device";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

/**
 * Causal self-attention with grouped queries.
 *
 * @param tape The tape
 * @param q Queries: [B · S, heads · headDim]
 * @param k Keys: [B · S, keyValueHeads · headDim]
 * @param v Values: [B · S, keyValueHeads · headDim]
 * @param shape Sequences, heads
 * @returns [B · S, heads · headDim]
 *
 * @example Attend
 * ```ts
 * import { attention, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena());
 * const shape = { sequences: 1, sequenceLength: 3, heads: 2, keyValueHeads: 1, headDim: 2 };
 * const q = tape.input(device.tensor([3, 4], "f32"));
 * const k = tape.input(device.tensor([3, 2], "f32"));
 * assertEquals(attention(tape, q, k, k, shape).value.shape, [3, 4]);
 * ```
 */
export function attention(tape: Tape, q: Variable, k: Variable, v: Variable, shape: AttentionShape): Variable {
  const { kernels } = tape.device;
  const out = tape.output(tape.tensor(q.value.shape));
  const logSumExp = tape.tensor([shape.sequences, shape.heads, shape.sequenceLength], "f32");
  const forward = { q: q.value, k: k.value, v: v.value, shape, out: out.value, logSumExp };
  kernels.attention(forward);
  tape.record({
    outputs: [out],
    saved: [logSumExp],
    backward: () => {
      if (out.gradient === undefined) return;
      const [dQ, dK, dV] = [
        tape.tensor(q.value.shape),
        tape.tensor(k.value.shape),
        tape.tensor(v.value.shape),
      ] as const;
      kernels.attentionBackward({ forward, dOut: out.gradient, dQ, dK, dV });
      tape.addGradient(q, dQ);
      tape.addGradient(k, dK);
      tape.addGradient(v, dV);
    },
  });
  return out;
}
