import type { NormalizationKernels } from "../kernels/normalization.ts";
import { CallCheck } from "./_call_check.ts";

/** Checks the calls of normalisation. */
export function checkedNormalizationKernels(kernels: NormalizationKernels): NormalizationKernels {
  return {
    rmsNorm(args) {
      const check = new CallCheck("rmsNorm");
      check.input("x", args.x, "float", ["T", "D"]);
      check.input("weight", args.weight, "float", ["D"]);
      if (args.residual) {
        check.input("residual.addend", args.residual.addend, "float", ["T", "D"]);
        check.output("residual.sum", args.residual.sum, "float", ["T", "D"]);
      }
      check.output("out", args.out, "float", ["T", "D"]);
      check.output("inverseRms", args.inverseRms, "f32", ["T"]);
      check.aliasing();
      kernels.rmsNorm(args);
    },
    rmsNormBackward(args) {
      const check = new CallCheck("rmsNormBackward");
      check.input("x", args.x, "float", ["T", "D"]);
      check.input("weight", args.weight, "float", ["D"]);
      check.input("inverseRms", args.inverseRms, "f32", ["T"]);
      check.input("dOut", args.dOut, "float", ["T", "D"]);
      check.output("dX", args.dX, "float", ["T", "D"], ["dOut"]);
      check.output("dWeight", args.dWeight, "f32", ["D"]);
      check.aliasing();
      kernels.rmsNormBackward(args);
    },
  };
}
