import { checkNumber } from "./_check.ts";

/** What {@linkcode endToEndSpeedup} follows from. */
export interface EndToEndSpeedupInput {
  /** Fraction of a dense step's time spent in the FFN products, in [0, 1]; FLOP shares stand in when compute bound. */
  readonly share: number;
  /** Time of the dense FFN products divided by that of the sparse ones, above 0. Infinity gives the limit. */
  readonly kernelSpeedup: number;
  /** Fraction of the steps that are sparse, in [0, 1]. Default: 1, which gives the speed-up of one sparse step. */
  readonly sparseFraction?: number;
  /** Time that a sparse step adds (routing, sorting, packing) as a fraction of a dense step's time, >= 0. Default: 0. */
  readonly overhead?: number;
}

/**
 * Speed-up of a training run over a dense run of equally many steps, by Amdahl's law (paper, section 3.2).
 *
 * A sparse step takes `1 - share + share / kernelSpeedup + overhead` of a dense step; the run takes
 * `1 - sparseFraction + sparseFraction · step`. The result is the inverse.
 *
 * @param input Share, speed-up of the kernels, fraction of sparse steps, overhead
 * @returns Dense time divided by time with sparse steps
 * @throws {RangeError} If a number is out of bounds
 *
 * @example From a speed-up of 2.2x for each sparse step to 1.375x
 * ```ts
 * import { endToEndSpeedup } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(endToEndSpeedup({ share: 1, kernelSpeedup: 2.2, sparseFraction: 0.5 }), 1.375);
 * ```
 */
export function endToEndSpeedup(input: EndToEndSpeedupInput): number {
  const { share, kernelSpeedup, sparseFraction = 1, overhead = 0 } = input;
  const action = "find end-to-end speed-up";
  checkNumber(share, "share", 0, 1, action);
  checkNumber(sparseFraction, "sparseFraction", 0, 1, action);
  checkNumber(overhead, "overhead", 0, Infinity, action);
  if (!(kernelSpeedup > 0)) {
    throw new RangeError(`Cannot ${action} as kernelSpeedup must be > 0: current value is ${kernelSpeedup}`);
  }
  const sparseStep = 1 - share + share / kernelSpeedup + overhead;
  return 1 / (1 - sparseFraction + sparseFraction * sparseStep);
}
