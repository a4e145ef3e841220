import type { Phase } from "@beyond24/recipe";
import { phaseSpans } from "@beyond24/recipe";
import type { ModelSummary, PhaseSummary } from "./run_summary.ts";
import type { StepMetrics } from "./step_metrics.ts";
import { trainLoss } from "./view/train_loss.ts";

/** What {@linkcode summarizeModel} needs besides the steps. */
export interface SummarizeModelOptions {
  /** Dense and sparse steps. */
  readonly recipe: readonly Phase[];
  /** Tokens of a step. */
  readonly tokensPerStep: number;
  /** Seconds spent. */
  readonly seconds: number;
}

/**
 * Sums up the steps of a model.
 *
 * @param rows Its metrics
 * @param options Recipe, tokens of a step, seconds
 * @returns Losses, times, phases
 *
 * @example Sum up two steps
 * ```ts
 * import { type StepMetrics, summarizeModel } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = [{ step: 1, phase: "dense", loss: 5, step_ms: 10 }, { step: 2, phase: "dense", loss: 3, step_ms: 20 }];
 * const { train_loss, phases } = summarizeModel(rows as StepMetrics[], {
 *   recipe: [{ phase: "dense", steps: 2 }],
 *   tokensPerStep: 8,
 *   seconds: 1,
 * });
 * assertEquals(train_loss, 4);
 * assertEquals(phases, [{ phase: "dense", steps: 2, mean_step_ms: 15, median_step_ms: 15 }]);
 * ```
 */
export function summarizeModel(rows: readonly StepMetrics[], options: SummarizeModelOptions): ModelSummary {
  const { val_loss = null, val_bits_per_byte = null } = rows.findLast(({ val_loss }) => typeof val_loss === "number") ??
    {};
  return {
    train_loss: trainLoss(rows.map(({ loss }) => loss)),
    val_loss,
    val_bits_per_byte,
    val_perplexity: val_loss === null ? null : perplexity(val_loss),
    wall_seconds: options.seconds,
    phases: summarizePhases(rows, options.recipe),
    tokens: (rows.at(-1)?.step ?? 0) * options.tokensPerStep,
  };
}

/** Times of the steps of each phase that has begun. */
export function summarizePhases(rows: readonly StepMetrics[], recipe: readonly Phase[]): PhaseSummary[] {
  return phaseSpans(recipe).flatMap(({ phase, start, end }) => {
    const times = rows.filter(({ step }) => step > start && step <= end).map(({ step_ms }) => step_ms);
    if (times.length === 0) return [];
    return [{ phase, steps: times.length, mean_step_ms: mean(times), median_step_ms: median(times) }];
  });
}

/** JSON knows no infinity, which a loss above 709 would give. */
function perplexity(loss: number): number | null {
  const value = Math.exp(loss);
  return Number.isFinite(value) ? value : null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
