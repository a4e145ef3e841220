import { type AttentionKernels, type AttentionShape, elementCount } from "@beyond24/device";
import type { Machine } from "../machine.ts";
import { extents, workOf } from "./_extents.ts";

/** Widest head that fits the packed panels; `MAX_HEAD` in `kernels/attention_layout.as`. */
const WIDEST_HEAD = 256;

/** RoPE and attention of the contract on the WebAssembly module. */
export function attentionKernels(machine: Machine): AttentionKernels {
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  return {
    rope({ x, out, heads, cosines, sines, positions, inverse }) {
      const { rows, cols } = extents(x);
      const { rows: length } = extents(cosines);
      machine.runShort(
        workOf(rows * cols),
        "rope",
        ...[at(x), at(out), at(cosines), at(sines), rows, heads, cols / heads, length, Number(inverse ?? false)],
        positions ? at(positions) : 0,
      );
    },
    attention({ q, k, v, shape, out, logSumExp }) {
      prepare(machine, shape);
      machine.run("attention", at(q), at(k), at(v), at(out), at(logSumExp), ...words(shape));
    },
    attentionBackward({ forward: { q, k, v, shape, out, logSumExp }, dOut, dQ, dK, dV }) {
      prepare(machine, shape);
      machine.run(
        "attentionBackward",
        ...[at(q), at(k), at(v), at(out), at(logSumExp), at(dOut), at(dQ), at(dK), at(dV)],
        ...words(shape),
      );
    },
    cachedAttention({ q, keys, values, places, shape, out }) {
      machine.reserveAttention(shape.sequenceLength);
      const tokens = elementCount(places.shape);
      machine.runShort(
        2 * tokens * shape.heads * shape.headDim * shape.sequenceLength,
        "cachedAttention",
        ...[at(q), at(keys), at(values), at(places), at(out), tokens, ...words(shape)],
      );
    },
    writeRows({ x, rows, out }) {
      const { rows: count, cols: width } = extents(x);
      const place = [at(x), at(rows), at(out), count, 4 * width, extents(out).rows];
      machine.runShort(workOf(count * width), "writeRows", ...place);
    },
  };
}

function prepare(machine: Machine, { headDim, sequenceLength }: AttentionShape): void {
  if (headDim > WIDEST_HEAD) {
    throw new RangeError(
      `Cannot compute attention as heads of the CPU device are at most ${WIDEST_HEAD} wide: current value is ` +
        `${headDim}`,
    );
  }
  machine.reserveAttention(sequenceLength);
}

function words({ sequences, sequenceLength, heads, keyValueHeads, headDim }: AttentionShape): number[] {
  return [sequences, sequenceLength, heads, keyValueHeads, headDim];
}
