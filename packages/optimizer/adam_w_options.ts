/** Settings of {@linkcode AdamW}; all of them have a default. */
export interface AdamWOptions {
  /** Decay of the first moment. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment. Default 0.95. */
  readonly beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled decay of parameters with `decay`. Default 0.1. */
  readonly weightDecay?: number;
  /** Largest global norm of the gradient; longer gradients are scaled down to it. Default 1. */
  readonly maxGradientNorm?: number;
}

const defaults: Required<AdamWOptions> = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  maxGradientNorm: 1,
};

/**
 * Settings with their defaults.
 *
 * @param given What differs from the defaults
 * @returns All settings
 * @throws {RangeError} If one is out of bounds
 *
 * @example A longer memory
 * ```ts
 * import { completeOptions } from "@beyond24/optimizer";
 * import { assertEquals } from "@std/assert";
 *
 * const { beta1, beta2 } = completeOptions({ beta2: 0.99 });
 * assertEquals([beta1, beta2], [0.9, 0.99]);
 * ```
 */
export function completeOptions(given: AdamWOptions): Required<AdamWOptions> {
  const options = { ...defaults, ...given };
  for (const name of ["beta1", "beta2"] as const) {
    if (options[name] >= 0 && options[name] < 1) continue;
    throw new RangeError(`Cannot create AdamW as ${name} must lie in [0, 1): current value is ${options[name]}`);
  }
  for (const name of ["epsilon", "maxGradientNorm"] as const) {
    if (options[name] > 0) continue;
    throw new RangeError(`Cannot create AdamW as ${name} must be > 0: current value is ${options[name]}`);
  }
  if (options.weightDecay >= 0) return options;
  throw new RangeError(`Cannot create AdamW as weightDecay must be >= 0: current value is ${options.weightDecay}`);
}
