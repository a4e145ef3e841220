import type { Tensor } from "../tensor.ts";
import type { CallChecks } from "./_call_check.ts";

/** A residual connection in front of a normalisation. */
export interface RmsNormResidual {
  /** Added to `x`: [T, D]. */
  addend: Tensor;
  /** Result x + addend, which is what is normalised: [T, D]. */
  sum: Tensor;
}

/** Arguments of {@linkcode NormalizationKernels.rmsNorm}. */
export interface RmsNormArguments {
  /** Tokens: [T, D]. */
  x: Tensor;
  /** What is added to `x` first, in the same pass on a device that can. */
  residual?: RmsNormResidual;
  /** Gains: [D], f32 or of the activation type. */
  weight: Tensor;
  /** Added to the mean square. */
  epsilon: number;
  /** Result: [T, D]. */
  out: Tensor;
  /** Result for the backward pass: f32 [T], 1 / sqrt(mean(x²) + epsilon). */
  inverseRms: Tensor;
}

/** Arguments of {@linkcode NormalizationKernels.rmsNormBackward}. */
export interface RmsNormBackwardArguments {
  /** The forward input: [T, D]. */
  x: Tensor;
  /** Gains: [D], f32 or of the activation type. */
  weight: Tensor;
  /** From the forward pass: f32 [T]. */
  inverseRms: Tensor;
  /** Gradient of the output: [T, D]. */
  dOut: Tensor;
  /** Result: [T, D]; `dOut` in place is allowed (with `accumulate`, the gradient is added to `dOut`). */
  dX: Tensor;
  /** Whether the result is added to `dX`. Default false. */
  accumulate?: boolean;
  /** f32 [D]: the gradient of the gains is added to it. */
  dWeight: Tensor;
}

/**
 * Root-mean-square normalisation (Zhang and Sennrich 2019). A row whose squares add up to more than f32 holds (elements
 * from about 1e18 on) is NaN, its inverseRms too: a model that has come there is lost, and must not go on with rows of
 * zeros.
 */
export interface NormalizationKernels {
  /** out = x · inverseRms · weight; with `residual` what `add` and then this does with the sum, to the bit. */
  rmsNorm(args: RmsNormArguments): void;
  /** With n = x · inverseRms and g = dOut · weight: dX = inverseRms · (g − n · mean(g · n)); dWeight += Σ dOut · n. */
  rmsNormBackward(args: RmsNormBackwardArguments): void;
}

/**
 * What calls of them must fulfil; not public, though it is beside what is.
 *
 * @ignore
 */
export const normalizationChecks: CallChecks<NormalizationKernels> = {
  rmsNorm(check, args) {
    check.input("x", args.x, "float", ["T", "D"]);
    check.input("weight", args.weight, "float", ["D"]);
    if (args.residual) {
      check.input("residual.addend", args.residual.addend, "float", ["T", "D"]);
      check.output("residual.sum", args.residual.sum, "float", ["T", "D"]);
    }
    check.output("out", args.out, "float", ["T", "D"]);
    check.output("inverseRms", args.inverseRms, "f32", ["T"]);
  },
  rmsNormBackward(check, args) {
    check.input("x", args.x, "float", ["T", "D"]);
    check.input("weight", args.weight, "float", ["D"]);
    check.input("inverseRms", args.inverseRms, "f32", ["T"]);
    check.input("dOut", args.dOut, "float", ["T", "D"]);
    check.output("dX", args.dX, "float", ["T", "D"], ["dOut"]);
    check.output("dWeight", args.dWeight, "f32", ["D"]);
  },
};
