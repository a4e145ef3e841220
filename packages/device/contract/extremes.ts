import type { ContractContext } from "./contract_context.ts";

/**
 * How large and how small numbers are whose squares do not fit, or nearly so: powers of two, which scale without
 * rounding.
 */
export interface Extremes {
  /** Squares are zero in f32, and not in f64. */
  readonly tiny: number;
  /** Squares are infinite in f32, and not in f64. */
  readonly huge: number;
}

/** Extremes of f32, which are beyond f16: what a kernel takes in f32 whatever the activation type. */
export const EXTREMES: Extremes = { tiny: 2 ** -90, huge: 2 ** 90 };

/** The same for tensors of the activation type: f16 has no such numbers, and these are near its ends. */
export function activationExtremes({ activation }: ContractContext): Extremes {
  return activation === "f16" ? { tiny: 2 ** -12, huge: 2 ** 12 } : EXTREMES;
}
