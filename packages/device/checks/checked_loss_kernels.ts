import type { LossKernels } from "../kernels/loss.ts";
import { elementCount } from "../tensor.ts";
import { CallCheck } from "./_call_check.ts";

/** Checks the calls of losses and statistics. */
export function checkedLossKernels(kernels: LossKernels): LossKernels {
  return {
    crossEntropy(args) {
      const check = new CallCheck("crossEntropy");
      check.input("logits", args.logits, "float", ["T", "vocabulary"]);
      check.input("targets", args.targets, "i32", ["T"]);
      if (args.factor) check.input("factor", args.factor, "f32", [1]);
      check.output("losses", args.losses, "f32", ["T"]);
      if (args.dLogits) check.output("dLogits", args.dLogits, "float", ["T", "vocabulary"], ["logits"]);
      check.aliasing();
      kernels.crossEntropy(args);
    },
    logLikelihood(args) {
      const check = new CallCheck("logLikelihood");
      check.input("logits", args.logits, "float", ["T", "vocabulary"]);
      check.input("targets", args.targets, "i32", ["T"]);
      check.output("logLikelihoods", args.logLikelihoods, "f32", ["T"]);
      check.output("greedy", args.greedy, "i32", ["T"]);
      check.aliasing();
      kernels.logLikelihood(args);
    },
    sum(args) {
      const check = new CallCheck("sum");
      check.input("x", args.x, "f32", args.x.shape);
      if (args.factor) check.input("factor", args.factor, "f32", [1]);
      check.output("out", args.out, "f32", [1]);
      check.aliasing();
      kernels.sum(args);
    },
    recordRow(args) {
      const check = new CallCheck("recordRow");
      for (const [i, value] of args.values.entries()) {
        check.input(`values[${i}]`, value, value.dtype === "i32" ? "i32" : "f32", [`k${i}`]);
      }
      const width = args.values.reduce((sum, value) => sum + elementCount(value.shape), 0);
      check.output("ring", args.ring, "f32", ["N", width]);
      check.output("cursor", args.cursor, "i32", [1]);
      check.aliasing();
      kernels.recordRow(args);
    },
  };
}
