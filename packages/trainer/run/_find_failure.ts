import type { ModelHealth, StepMeasurement } from "@beyond24/session";
import { NonFiniteError } from "../non_finite_error.ts";

/** Why a run cannot go on after a step that led to a number which is not finite; undefined when it is. */
export function findNonFinite(name: string, value: number, step: number): NonFiniteError | undefined {
  if (Number.isFinite(value)) return undefined;
  return new NonFiniteError(
    `Cannot go on after step ${step} as its ${name} must be finite: current value is ${value}`,
    step,
  );
}

/** Why a run cannot go on from what a step measured; undefined when it can. */
export function findFailure({ step, loss, grad_norm }: StepMeasurement): NonFiniteError | undefined {
  return findNonFinite("loss", loss, step) ?? findNonFinite("gradient norm", grad_norm, step) ??
    findDead({ loss, gradientNorm: grad_norm }, step);
}

/** Why what a step left behind is not worth saving; undefined when it is. */
export function findDamage({ loss, gradientNorm, weightNorm }: ModelHealth, step: number): NonFiniteError | undefined {
  return findNonFinite("norm of the weights after the update", weightNorm, step) ??
    findNonFinite("loss after the update", loss, step) ??
    findNonFinite("gradient norm after the update", gradientNorm, step) ?? findDead({ loss, gradientNorm }, step);
}

/**
 * Activations so large that their norm overflows are normed to zero: nothing is NaN, and nothing is learned any more.
 */
function findDead(
  { loss, gradientNorm }: Pick<ModelHealth, "loss" | "gradientNorm">,
  step: number,
): NonFiniteError | undefined {
  if (gradientNorm > 0 || loss === 0) return undefined;
  return new NonFiniteError(
    `Cannot go on after step ${step} as no gradient reaches a weight: the loss is ${loss}, the gradient norm 0`,
    step,
  );
}
