import { isRouted } from "@beyond24/recipe";
import type { Transformer } from "./transformer.ts";

/** What a step measured, over all layers. */
export interface StepStatistics {
  /** Mean loss in nats per token. */
  readonly loss: number;
  /** Fraction of zeros in the hidden activations y2, the neurons that the router left out included. */
  readonly activationSparsity: number;
  /** Tokens of an expert: least, mean and most over experts and layers. Missing in dense steps and without a router. */
  readonly expertLoad?: { readonly min: number; readonly mean: number; readonly max: number };
  /** Fraction of mask bits of packed weights that the last packing changed. Missing without packed weights. */
  readonly flipRate?: number;
}

/** The step that a row of statistics is of. */
export interface StatisticsStep {
  /** Tokens of a micro-batch; all but the loss is of the last micro-batch. */
  readonly tokens: number;
  /** How the feed-forward networks were computed. */
  readonly mode: "dense" | "sparse";
}

function loadOf(counts: readonly number[]): NonNullable<StepStatistics["expertLoad"]> {
  const sum = counts.reduce((total, count) => total + count, 0);
  return { min: Math.min(...counts), mean: sum / counts.length, max: Math.max(...counts) };
}

/**
 * Makes sense of a row of recorded statistics.
 *
 * @param model The model
 * @param row The elements of {@linkcode statisticsTensors}, in order; more may follow
 * @param step Tokens of a micro-batch and the mode of the step
 * @returns Loss, sparsity, load, flips
 *
 * @example A dense step
 * ```ts
 * import { createTransformer, readStepStatistics } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: { ...modelPresets.tiny, layers: 2, dFfn: 256 } }, 1);
 * const row = new Float32Array([2.5, 256, 0, 0, 256, 0, 0]); // two layers with 256 non-zeros among 2 · 256
 * const statistics = readStepStatistics(model, row, { tokens: 2, mode: "dense" });
 * assertEquals(statistics, { loss: 2.5, activationSparsity: 0.5 });
 * ```
 */
export function readStepStatistics(model: Transformer, row: Float32Array, step: StatisticsStep): StepStatistics {
  let [nonzero, flips, maskBits, elements, at] = [0, 0, 0, 0, 1];
  const counts: number[] = [];
  for (const { feedForward: { sparse, neurons } } of model.layers) {
    const experts = sparse?.sizes.experts ?? 1;
    nonzero += row[at] ?? NaN;
    flips += row[at + 1] ?? NaN;
    counts.push(...row.subarray(at + 2, at + 2 + experts));
    elements += step.tokens * neurons;
    maskBits += sparse?.maskBits ?? 0;
    at += 2 + experts;
  }
  const sparse = step.mode === "sparse";
  const { sparsity } = model.config;
  return {
    loss: row[0] ?? NaN,
    activationSparsity: 1 - nonzero / elements,
    ...(sparse && sparsity !== undefined && isRouted(sparsity.plan) ? { expertLoad: loadOf(counts) } : {}),
    ...(sparse && maskBits > 0 ? { flipRate: flips / maskBits } : {}),
  };
}
