import type { StepMeasurement } from "@beyond24/session";
import type { StepMetrics } from "@beyond24/run";

/** The line of `metrics.jsonl` of a step. */
export function toStepMetrics(measured: StepMeasurement): StepMetrics {
  const { step, phase, loss, learningRate, gradientNorm, milliseconds, activationSparsity, expertLoad } = measured;
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
