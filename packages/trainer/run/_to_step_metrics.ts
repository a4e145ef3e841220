import type { PhaseName } from "@beyond24/recipe";
import { readStepStatistics, type Transformer } from "@beyond24/transformer";
import { NonFiniteError } from "../non_finite_error.ts";
import type { StepMetrics } from "./step_metrics.ts";

/** What the host knows of a step. */
export interface StepFacts {
  readonly step: number;
  readonly phase: PhaseName;
  readonly learningRate: number;
  readonly milliseconds: number;
  readonly microBatchTokens: number;
  readonly microBatches: number;
  /** Whether flips were counted since the step before. */
  readonly hasFlips: boolean;
}

/** Joins what the device measured (its last element: the squared norm of the gradient) with what the host knows. */
export function toStepMetrics(model: Transformer, row: Float32Array, facts: StepFacts): StepMetrics {
  const { step, phase, milliseconds, microBatchTokens, microBatches } = facts;
  const statistics = readStepStatistics(model, row, { tokens: microBatchTokens, mode: phase });
  const gradientNorm = Math.sqrt(row.at(-1) ?? NaN);
  checkFinite("loss", statistics.loss, step);
  checkFinite("gradient norm", gradientNorm, step);
  const { expertLoad, flipRate, activationSparsity } = statistics;
  return {
    step,
    phase,
    loss: statistics.loss,
    lr: facts.learningRate,
    grad_norm: gradientNorm,
    tokens_per_second: microBatchTokens * microBatches / milliseconds * 1000,
    step_ms: milliseconds,
    activation_sparsity: activationSparsity,
    expert_load_min: expertLoad?.min ?? null,
    expert_load_mean: expertLoad?.mean ?? null,
    expert_load_max: expertLoad?.max ?? null,
    flip_rate: facts.hasFlips ? flipRate ?? null : null,
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
