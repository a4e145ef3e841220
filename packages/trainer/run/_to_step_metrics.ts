import type { StepMetrics } from "@beyond24/run";
import type { StepMeasurement } from "@beyond24/session";
import { NonFiniteError } from "../non_finite_error.ts";

/**
 * The line of `metrics.jsonl` of a step.
 *
 * @throws {NonFiniteError} If loss or gradient are not finite
 */
export function toStepMetrics(measured: StepMeasurement): StepMetrics {
  const { step, phase, loss, learningRate, gradientNorm, milliseconds, activationSparsity, expertLoad } = measured;
  checkFinite("loss", loss, step);
  checkFinite("gradient norm", gradientNorm, step);
  return {
    step,
    phase,
    loss,
    lr: learningRate,
    grad_norm: gradientNorm,
    tokens_per_second: measured.tokensPerSecond,
    step_ms: milliseconds,
    activation_sparsity: activationSparsity,
    expert_load_min: expertLoad?.min ?? null,
    expert_load_mean: expertLoad?.mean ?? null,
    expert_load_max: expertLoad?.max ?? null,
    flip_rate: measured.flipRate ?? null,
    val_loss: null,
  };
}

function checkFinite(name: string, value: number, step: number): void {
  if (Number.isFinite(value)) return;
  throw new NonFiniteError(
    `Cannot go on after step ${step} as its ${name} must be finite: current value is ${value}`,
    step,
  );
}
