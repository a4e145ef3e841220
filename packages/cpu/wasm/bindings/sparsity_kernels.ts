import type { SparsityKernels } from "@beyond24/device";
import { isPacked24 } from "@beyond24/device";
import type { Machine } from "../machine.ts";
import { endAddress, extents } from "./_extents.ts";

/**
 * Selection and packing on the WebAssembly module. A packed matrix is the dense matrix with zeros here: lanes of 128 bits
 * multiply a zero as fast as anything else, so 2:4 brings no arithmetic gain on this device; what is gained comes from
 * the clusters that a grouped product leaves out.
 */
export function sparsityKernels(machine: Machine): SparsityKernels {
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  return {
    softThreshold24({ weights, packed, scale = 1, flips }) {
      machine.run(
        "softThreshold24",
        ...[at(weights), at(packed), packed.rows, packed.cols, Number(packed.axis === "rows")],
        ...[machine.float(scale), flips ? at(flips) : 0],
      );
    },
    select24({ x, packed, offsets }) {
      machine.run(
        "select24",
        ...[at(x), at(packed), packed.rows, packed.cols, Number(packed.axis === "rows")],
        offsets ? endAddress(at(offsets), offsets) : 0,
      );
    },
    squaredReluSelect24({ y1, offsets, gate, neurons, tokens }) {
      machine.run(
        "squaredReluSelect24",
        ...[at(y1), endAddress(at(offsets), offsets), at(gate), at(neurons), at(tokens), gate.cols],
        Number(isPacked24(tokens)),
      );
    },
    gateSelect24({ dy2, gate, offsets, neurons, tokens }) {
      machine.run(
        "gateSelect24",
        ...[at(dy2), at(gate), endAddress(at(offsets), offsets), at(neurons), at(tokens), gate.cols],
        Number(isPacked24(tokens)),
      );
    },
    countNonzero({ x, offsets, out }) {
      const { rows, cols } = extents(x);
      machine.integers(at(out), 1)[0] = 0;
      machine.run("countNonzero", at(x), rows, cols, offsets ? endAddress(at(offsets), offsets) : 0, at(out));
    },
  };
}
