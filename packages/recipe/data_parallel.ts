import { checkInteger } from "./_check.ts";
import type { ModelShape } from "./model_shape.ts";
import { parameterCounts } from "./parameter_counts.ts";
import type { Precision } from "./training_memory.ts";

/** Bytes that a rank sends in a step, while it receives as many. */
export interface CommunicationVolume {
  /** Of gradients. */
  readonly gradients: number;
  /** Of weights. */
  readonly weights: number;
}

/**
 * What ranks that train the same model send to each other around a ring in a step, however many micro-batches it has,
 * for P parameters and N ranks.
 *
 * Where each holds the whole optimizer: an all-reduce of the gradients, `2 · (N − 1) / N` of their bytes. Where each
 * holds a shard: a reduce-scatter of the gradients, `(N − 1) / N` of theirs, and an all-gather of the weights that
 * products read, `(N − 1) / N` of theirs.
 *
 * @param model Sizes of the model
 * @param ranks N
 * @param precision Bytes of a weight and of a gradient
 * @param sharded Whether each rank holds a shard of the optimizer only
 * @returns Bytes
 * @throws {RangeError} If there is no rank
 *
 * @example A shard costs no more than the whole, as weights have two bytes
 * ```ts
 * import { communicationVolume, modelPresets, precisions } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const volume = (sharded: boolean) => communicationVolume(modelPresets["llama-1b"], 8, precisions.bfloat16, sharded);
 * const [whole, shard] = [volume(false), volume(true)];
 * assertAlmostEquals((shard.gradients + shard.weights) / whole.gradients, 0.75);
 * ```
 */
export function communicationVolume(
  model: ModelShape,
  ranks: number,
  { gradient, weight }: Pick<Precision, "gradient" | "weight">,
  sharded: boolean,
): CommunicationVolume {
  checkInteger(ranks, "ranks", 1, "count what is sent");
  const sent = parameterCounts(model).total * (ranks - 1) / ranks;
  return sharded
    ? { gradients: sent * gradient, weights: sent * weight }
    : { gradients: 2 * sent * gradient, weights: 0 };
}

/** The parts of a step of one rank. */
export interface StepParts {
  /** Forward pass. */
  readonly forward: number;
  /** Backward pass. */
  readonly backward: number;
  /** Optimizer. */
  readonly optimizer: number;
  /** Until all gradients have travelled. */
  readonly gradients: number;
  /** Until all weights have travelled. */
  readonly weights: number;
}

/**
 * The time of a step: of its parts one after the other, or with communication hidden as far as can be: gradients travel
 * beside the backward pass, and weights beside the forward pass of the next step, at no cost to either.
 *
 * @param parts Times of the parts
 * @param hidden Whether communication is hidden
 * @returns The time, in the unit of the parts
 *
 * @example Gradients that take longer than the backward pass
 * ```ts
 * import { stepTime } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const parts = { forward: 10, backward: 20, optimizer: 1, gradients: 25, weights: 5 };
 * assertEquals([stepTime(parts, false), stepTime(parts, true)], [61, 36]);
 * ```
 */
export function stepTime({ forward, backward, optimizer, gradients, weights }: StepParts, hidden: boolean): number {
  if (hidden) return Math.max(forward, weights) + Math.max(backward, gradients) + optimizer;
  return forward + backward + optimizer + gradients + weights;
}
