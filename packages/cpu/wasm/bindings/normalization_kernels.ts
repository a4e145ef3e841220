import type { NormalizationKernels } from "@beyond24/device";
import type { Machine } from "../machine.ts";
import { extents, workOf } from "./_extents.ts";
import { elementwiseKernels } from "./elementwise_kernels.ts";

/** RMSNorm of the contract on the WebAssembly module. */
export function normalizationKernels(machine: Machine): NormalizationKernels {
  const { add } = elementwiseKernels(machine);
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  return {
    rmsNorm({ x: given, residual, weight, epsilon, out, inverseRms }) {
      if (residual) add({ a: given, b: residual.addend, out: residual.sum });
      const x = residual?.sum ?? given;
      const { rows, cols } = extents(x);
      machine.runShort(
        workOf(rows * cols),
        "rmsNorm",
        ...[at(x), at(weight), machine.float(epsilon), at(out), at(inverseRms), rows, cols],
      );
    },
    rmsNormBackward({ x, weight, inverseRms, dOut, dX, accumulate, dWeight }) {
      const { rows, cols } = extents(x);
      machine.run("rmsNormBackwardWeight", at(x), at(inverseRms), at(dOut), at(dWeight), rows, cols);
      machine.run(
        "rmsNormBackwardInput",
        ...[at(x), at(weight), at(inverseRms), at(dOut), at(dX), rows, cols, Number(accumulate ?? false)],
      );
    },
  };
}
