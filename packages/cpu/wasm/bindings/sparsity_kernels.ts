import type { SoftThreshold24Arguments, SparsityKernels, UnbiasedDraw } from "@beyond24/device";
import { isPacked24 } from "@beyond24/device";
import type { Machine } from "../machine.ts";
import { endAddress, extents } from "./_extents.ts";

/**
 * Selection and packing on the WebAssembly module. A packed matrix is the dense matrix with zeros here: lanes of 128
 * bits multiply a zero as fast as anything else, so 2:4 brings no arithmetic gain on this device; what is gained comes
 * from the clusters that a grouped product leaves out.
 */
export function sparsityKernels(machine: Machine): SparsityKernels {
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  /** Address of the step and the key of a draw; 0 for the step of none. */
  const counters = (unbiased: UnbiasedDraw | undefined) => unbiased ? [at(unbiased.step), unbiased.key] : [0, 0];
  /** The soft threshold, or the two largest as they are. */
  const packWeights = ({ weights, packed, scale = 1, flips }: SoftThreshold24Arguments, soft: boolean) =>
    machine.run(
      "softThreshold24",
      ...[at(weights), at(packed), packed.rows, packed.cols, Number(packed.axis === "rows")],
      ...[machine.float(scale), flips ? at(flips) : 0, Number(soft)],
    );
  return {
    softThreshold24: (args) => packWeights(args, true),
    select24({ x, packed, segments, unbiased, flips }) {
      if (flips) return packWeights({ weights: x, packed, flips }, false);
      machine.run(
        "select24",
        ...[at(x), at(packed), packed.rows, packed.cols, Number(packed.axis === "rows")],
        ...[endAddress(machine, segments), ...counters(unbiased)],
      );
    },
    squaredReluSelect24({ y1, segments, relu, neurons, tokens, unbiased }) {
      machine.run(
        "squaredReluSelect24",
        ...[at(y1), endAddress(machine, segments), at(relu), at(neurons), at(tokens), relu.cols],
        ...[Number(isPacked24(tokens)), ...counters(unbiased)],
      );
    },
    squaredReluBackwardSelect24({ dy2, relu, segments, neurons, tokens, unbiased }) {
      machine.run(
        "squaredReluBackwardSelect24",
        ...[at(dy2), at(relu), endAddress(machine, segments), at(neurons), at(tokens), relu.cols],
        ...[Number(isPacked24(tokens)), ...counters(unbiased)],
      );
    },
    countNonzero({ x, segments, out }) {
      const { rows, cols } = extents(x);
      machine.integers(at(out), 1)[0] = 0;
      machine.run("countNonzero", at(x), rows, cols, endAddress(machine, segments), at(out));
    },
  };
}
