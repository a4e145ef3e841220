import type { Tensor } from "../tensor.ts";
import type { SoftThreshold24Arguments } from "./sparsity.ts";
import type { CallChecks } from "./_call_check.ts";

/** Arguments of {@linkcode OptimizerKernels.squaredNorm}. */
export interface SquaredNormArguments {
  /** f32 tensors of any shapes. */
  tensors: readonly Tensor[];
  /** f32 [1]: Σ of all squares. */
  out: Tensor;
}

/** Arguments of {@linkcode OptimizerKernels.clipFactor}. */
export interface ClipFactorArguments {
  /** f32 [1], the squared norm of all gradients. */
  squaredNorm: Tensor;
  /** Largest norm that is let through. */
  maxNorm: number;
  /** f32 [1]: min(1, maxNorm / (norm + 1e-6)). */
  out: Tensor;
}

/** How and where the updated weights of a parameter are packed: what `softThreshold24` or `select24` writes. */
export interface AdamWPack extends Omit<SoftThreshold24Arguments, "weights"> {
  /** The soft threshold, or the two of largest magnitude as they are, without the scale. */
  readonly format: "2:4" | "2:4 soft";
}

/** Arguments of {@linkcode OptimizerKernels.adamW}. */
export interface AdamWArguments {
  /** Master weights, f32, updated. */
  weight: Tensor;
  /** Gradient, f32, of the same shape. */
  gradient: Tensor;
  /** First moment, f32, updated. */
  mean: Tensor;
  /** Second moment, f32, updated. */
  variance: Tensor;
  /** The copy of the weights that products read, written when given; left out where it is `weight` itself. */
  copy?: Tensor;
  /** Where the updated weights go in 2:4 form, in the same pass on a device that can. */
  pack?: AdamWPack;
  /** f32 [1], factor on the gradient (the clip factor). */
  gradientFactor: Tensor;
  /** f32 [3]: learning rate, 1 / (1 − beta1^t), 1 / (1 − beta2^t). */
  schedule: Tensor;
  /** Decay of the first moment. */
  beta1: number;
  /** Decay of the second moment. */
  beta2: number;
  /** Added to the root of the second moment. */
  epsilon: number;
  /** Decoupled decay; 0 for gains. */
  weightDecay: number;
}

/** The optimizer's operations. */
export interface OptimizerKernels {
  /** out = Σ over all tensors of Σ x². */
  squaredNorm(args: SquaredNormArguments): void;
  /** out = the factor that brings the gradient's norm down to `maxNorm`. */
  clipFactor(args: ClipFactorArguments): void;
  /**
   * AdamW with decoupled decay (Loshchilov and Hutter 2019): g = gradient · factor; m = β1 m + (1 − β1) g;
   * v = β2 v + (1 − β2) g²; w −= lr · (m · c1 / (sqrt(v · c2) + ε) + decay · w). Then, with `pack`, what
   * `softThreshold24` or `select24` does with the new weights, to the bit.
   */
  adamW(args: AdamWArguments): void;
}

/**
 * What calls of them must fulfil; not public, though it is beside what is.
 *
 * @ignore
 */
export const optimizerChecks: CallChecks<OptimizerKernels> = {
  squaredNorm(check, args) {
    for (const [i, tensor] of args.tensors.entries()) check.input(`tensors[${i}]`, tensor, "f32", tensor.shape);
    check.output("out", args.out, "f32", [1]);
  },
  clipFactor(check, args) {
    check.input("squaredNorm", args.squaredNorm, "f32", [1]);
    check.output("out", args.out, "f32", [1]);
  },
  adamW(check, args) {
    const { shape } = args.weight;
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
  },
};
