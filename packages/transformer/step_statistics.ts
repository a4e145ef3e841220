import type { Tensor } from "@beyond24/device";
import { isRouted, routers } from "@beyond24/recipe";
import type { Transformer } from "./transformer.ts";

/**
 * The tensors with what a step measured, for `kernels.recordRow`: the loss first, then those of every layer.
 *
 * @param model The model
 * @returns Persistent tensors; their elements in order are the row that {@linkcode readStepStatistics} takes
 *
 * @example Count them
 * ```ts
 * import { createTransformer, statisticsTensors } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * assertEquals(statisticsTensors(model).length, 1 + 4 * modelPresets.tiny.layers);
 * ```
 */
export function statisticsTensors(model: Transformer): Tensor[] {
  const layers = model.layers.flatMap(({ feedForward: { statistics } }) => [
    statistics.nonzero,
    statistics.flips,
    statistics.energyShare,
    statistics.expertCounts,
  ]);
  return [model.loss, ...layers];
}

/** What a step measured, over all layers, by the names that its metrics have. */
export interface StepStatistics {
  /** Mean loss in nats per token. */
  readonly loss: number;
  /** Fraction of zeros in the hidden activations y2, the neurons that the router left out included. */
  readonly activation_sparsity: number;
  /**
   * Part of the activation energy of a token that its experts hold, as far as the router sees it, in the mean; null
   * without a router that knows energies.
   */
  readonly energy_share: number | null;
  /** The same of each layer that is routed; none without such a router. */
  readonly energyShares: readonly number[];
  /** Fewest tokens of an expert over experts and layers that are routed; null in dense steps and without a router. */
  readonly expert_load_min: number | null;
  /** Mean tokens of an expert; null likewise. */
  readonly expert_load_mean: number | null;
  /** Most tokens of an expert; null likewise. */
  readonly expert_load_max: number | null;
  /** Tokens of each expert of each layer that is routed; none in dense steps and without a router. */
  readonly expertCounts: readonly (readonly number[])[];
  /** Fraction of mask bits of packed weights that the step changed; null without packed weights. */
  readonly flip_rate: number | null;
}

/** The step that a row of statistics is of. */
export interface StatisticsStep {
  /** Tokens of a micro-batch; all but the loss is of the last micro-batch. */
  readonly tokens: number;
  /** How the feed-forward networks were computed. */
  readonly mode: "dense" | "sparse";
}

type ExpertLoad = Pick<StepStatistics, "expert_load_min" | "expert_load_mean" | "expert_load_max">;

const noLoad: ExpertLoad = { expert_load_min: null, expert_load_mean: null, expert_load_max: null };

function loadOf(layers: readonly (readonly number[])[]): ExpertLoad {
  const counts = layers.flat();
  const sum = counts.reduce((total, count) => total + count, 0);
  return {
    expert_load_min: Math.min(...counts),
    expert_load_mean: sum / counts.length,
    expert_load_max: Math.max(...counts),
  };
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
 * const row = new Float32Array([2.5, 256, 0, 0, 0, 256, 0, 0, 0]); // two layers with 256 non-zeros among 2 · 256
 * const { loss, activation_sparsity } = readStepStatistics(model, row, { tokens: 2, mode: "dense" });
 * assertEquals([loss, activation_sparsity], [2.5, 0.5]);
 * ```
 */
export function readStepStatistics(model: Transformer, row: Float32Array, step: StatisticsStep): StepStatistics {
  let [nonzero, flips, maskBits, elements, at] = [0, 0, 0, 0, 1];
  const shares: number[] = [];
  const counts: number[][] = [];
  for (const { feedForward: { sparse, neurons } } of model.layers) {
    const experts = sparse?.sizes.experts ?? 1;
    nonzero += row[at] ?? NaN;
    flips += row[at + 1] ?? NaN;
    if (sparse !== undefined) {
      shares.push(row[at + 2] ?? NaN);
      counts.push(Array.from(row.subarray(at + 3, at + 3 + experts)));
    }
    elements += step.tokens * neurons;
    maskBits += sparse?.maskBits ?? 0;
    at += 3 + experts;
  }
  const { sparsity } = model.config;
  const sparse = step.mode === "sparse";
  const routed = sparse && sparsity !== undefined && isRouted(sparsity.plan) && counts.length > 0;
  const knowsEnergy = routed && routers[sparsity.router ?? "cosine"].knowsEnergy;
  return {
    loss: row[0] ?? NaN,
    activation_sparsity: 1 - nonzero / elements,
    energy_share: knowsEnergy ? shares.reduce((sum, share) => sum + share, 0) / shares.length : null,
    energyShares: knowsEnergy ? shares : [],
    ...(routed ? loadOf(counts) : noLoad),
    expertCounts: routed ? counts : [],
    flip_rate: sparse && maskBits > 0 ? flips / maskBits : null,
  };
}

/**
 * Makes one row of the sum of the rows of all ranks: losses and counts add up, what all ranks have in common is divided
 * again.
 *
 * @param model The model
 * @param sum Rows of {@linkcode statisticsTensors} added up; what follows them is common to all ranks
 * @param ranks Number of ranks
 * @returns The row, in place
 *
 * @example Flips of weights are the same everywhere
 * ```ts
 * import { createTransformer, joinStatistics } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: { ...modelPresets.tiny, layers: 1 } }, 1);
 * const sum = new Float32Array([2.5, 512, 6, 0.5, 0, 8]); // loss, non-zeros, flips, share, load; a norm
 * assertEquals([...joinStatistics(model, sum, 2)], [2.5, 512, 3, 0.25, 0, 4]);
 * ```
 */
export function joinStatistics(model: Transformer, sum: Float32Array, ranks: number): Float32Array {
  let at = 1;
  for (const { feedForward: { sparse } } of model.layers) {
    for (const common of [at + 1, at + 2]) sum[common] = (sum[common] ?? NaN) / ranks;
    at += 3 + (sparse?.sizes.experts ?? 1);
  }
  for (; at < sum.length; at++) sum[at] = (sum[at] ?? NaN) / ranks;
  return sum;
}
