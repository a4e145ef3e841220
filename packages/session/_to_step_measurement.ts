import type { PhaseName } from "@beyond24/recipe";
import { readStepStatistics, type Transformer } from "@beyond24/transformer";
import type { StepMeasurement } from "./step_measurement.ts";

/** What the host knows of a step. */
export interface StepFacts {
  /** Steps done, this one included. */
  readonly step: number;
  /** How it was computed. */
  readonly phase: PhaseName;
  /** Learning rate. */
  readonly learningRate: number;
  /** Milliseconds. */
  readonly milliseconds: number;
  /** Tokens of a micro-batch. */
  readonly tokens: number;
  /** Micro-batches of a step. */
  readonly microBatches: number;
}

/** Joins what the device measured (its last element: the squared norm of the gradient) with what the host knows. */
export function toStepMeasurement(model: Transformer, row: Float32Array, facts: StepFacts): StepMeasurement {
  const { tokens, microBatches, ...known } = facts;
  return {
    ...readStepStatistics(model, row, { tokens, mode: known.phase }),
    ...known,
    tokensPerSecond: tokens * microBatches / known.milliseconds * 1000,
    gradientNorm: Math.sqrt(row.at(-1) ?? NaN),
    expertCounts: known.phase === "dense" ? [] : expertCounts(model, row),
  };
}

/** The loss comes first, then of each layer non-zeros, flips and the counts. */
function expertCounts(model: Transformer, row: Float32Array): number[][] {
  let end = 1;
  return model.layers.map(({ feedForward: { statistics: { expertCounts: { shape } } } }) => {
    const start = end + 2;
    end = start + (shape[0] ?? 0);
    return Array.from(row.subarray(start, end));
  });
}
