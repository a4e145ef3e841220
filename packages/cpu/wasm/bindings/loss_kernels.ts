import type { LossKernels } from "@beyond24/device";
import { elementCount } from "@beyond24/device";
import type { Machine } from "../machine.ts";
import { extents } from "./_extents.ts";

/** Losses and what is logged, on the WebAssembly module. */
export function lossKernels(machine: Machine): LossKernels {
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  return {
    crossEntropy({ logits, targets, losses, dLogits, scale = 1, factor, classes }) {
      const { rows, cols } = extents(logits);
      machine.run(
        "crossEntropy",
        ...[at(logits), at(targets), at(losses), dLogits ? at(dLogits) : 0, rows, cols, machine.float(scale)],
        factor ? at(factor) : 0,
        classes ?? cols,
      );
    },
    logLikelihood({ logits, targets, logLikelihoods, greedy }) {
      const { rows, cols } = extents(logits);
      machine.run("logLikelihood", at(logits), at(targets), at(logLikelihoods), at(greedy), rows, cols);
    },
    sum({ x, out, scale = 1, factor, accumulate }) {
      const count = elementCount(x.shape);
      const options = [machine.float(scale), Number(accumulate ?? false), factor ? at(factor) : 0];
      machine.run("sum", at(x), count, at(out), ...options);
    },
    recordRow({ values, ring, cursor }) {
      const { rows, cols } = extents(ring);
      const position = machine.integers(at(cursor), 1);
      const written = position[0] ?? 0;
      const row = machine.floats(at(ring) + 4 * cols * ((written >>> 0) % rows), cols);
      let column = 0;
      for (const tensor of values) {
        const count = elementCount(tensor.shape);
        const read = tensor.dtype === "i32" ? machine.integers(at(tensor), count) : machine.floats(at(tensor), count);
        row.set(read, column);
        column += count;
      }
      position[0] = written + 1;
    },
  };
}
