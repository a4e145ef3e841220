import type { OptimizerKernels } from "../kernels/optimizer.ts";
import { CallCheck } from "./_call_check.ts";

/** Checks the calls of the optimizer. */
export function checkedOptimizerKernels(kernels: OptimizerKernels): OptimizerKernels {
  return {
    squaredNorm(args) {
      const check = new CallCheck("squaredNorm");
      for (const [i, tensor] of args.tensors.entries()) check.input(`tensors[${i}]`, tensor, "f32", tensor.shape);
      check.output("out", args.out, "f32", [1]);
      check.aliasing();
      kernels.squaredNorm(args);
    },
    clipFactor(args) {
      const check = new CallCheck("clipFactor");
      check.input("squaredNorm", args.squaredNorm, "f32", [1]);
      check.output("out", args.out, "f32", [1]);
      check.aliasing();
      kernels.clipFactor(args);
    },
    adamW(args) {
      const { shape } = args.weight;
      const check = new CallCheck("adamW");
      check.input("gradient", args.gradient, "f32", shape);
      check.input("gradientFactor", args.gradientFactor, "f32", [1]);
      check.input("schedule", args.schedule, "f32", [3]);
      check.output("weight", args.weight, "f32", shape);
      check.output("mean", args.mean, "f32", shape);
      check.output("variance", args.variance, "f32", shape);
      if (args.copy) check.output("copy", args.copy, "float", shape);
      if (args.pack) {
        const { packed, flips } = args.pack;
        check.require(shape.length === 2, "weight must be a matrix when it is packed", `[${shape}]`);
        check.outputOperand("pack.packed", packed, [shape[0] ?? 0, shape[1] ?? 0], packed.axis);
        if (flips) check.output("pack.flips", flips, "i32", [1]);
      }
      check.aliasing();
      kernels.adamW(args);
    },
  };
}
