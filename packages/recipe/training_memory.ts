import { checkInteger } from "./_check.ts";
import { logitsRows } from "./logits_rows.ts";
import type { RoutingOptions } from "./executed_fraction.ts";
import type { ModelShape } from "./model_shape.ts";
import { parameterCounts } from "./parameter_counts.ts";
import { routers } from "./router.ts";
import { sparseLayers } from "./sparse_layers.ts";
import { venomExperts } from "./venom_format.ts";

/** Bytes for each parameter or activation. */
export interface Precision {
  /** Of a weight that products read. */
  readonly weight: number;
  /** Of a gradient of a weight. */
  readonly gradient: number;
  /** Of the f32 master of a weight that products read in another type; 0 where they read the master. */
  readonly master: number;
  /** Of both moments of the optimizer for one weight. */
  readonly moments: number;
  /** Of an activation. */
  readonly activation: number;
  /** Of an element of a 2:4 weight in packed form, the zeros counted. */
  readonly packed: number;
}

/**
 * Bytes of the usual ways to train with AdamW.
 *
 * `float32`: everything in float32, packed weights with their zeros, as the CPU keeps them. `bfloat16`: products in
 * bfloat16, gradients, moments and master weights in float32; a packed weight keeps half of its values and four bits
 * for every four.
 *
 * @example Compare bytes for each parameter
 * ```ts
 * import { precisions } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const { weight, gradient, master, moments } = precisions.bfloat16;
 * assertEquals(weight + gradient + master + moments, 18);
 * ```
 */
export const precisions: Readonly<Record<"float32" | "bfloat16", Precision>> = {
  float32: { weight: 4, gradient: 4, master: 0, moments: 8, activation: 4, packed: 4 },
  bfloat16: { weight: 2, gradient: 4, master: 4, moments: 8, activation: 2, packed: 1.125 },
};

/** Bytes that one training step holds at its peak. */
export interface TrainingMemory {
  /** Weights that products read. */
  readonly weights: number;
  /** Gradients of all weights. */
  readonly gradients: number;
  /** Masters of weights that products read in another type. */
  readonly masters: number;
  /** Moments of the optimizer. */
  readonly moments: number;
  /** Packed 2:4 weights that sparse steps read. */
  readonly packed: number;
  /** Tables of a router that chooses by token. */
  readonly tables: number;
  /** Activations of a step, dense or routed, that the backward pass needs, and what it holds besides. */
  readonly activations: number;
  /** Logits that exist at once. */
  readonly logits: number;
  /** All of them. */
  readonly total: number;
}

/** How {@linkcode trainingMemory} counts. */
export interface TrainingMemoryOptions {
  /** Bytes for each number. Default: float32. */
  readonly precision?: Precision;
  /**
   * `fused` attention keeps a sum for each query, `materialized` attention keeps all T × T probabilities of each head.
   * Default: fused, as all devices here compute it.
   */
  readonly attention?: "fused" | "materialized";
  /** Weights of a layer's FFN that sparse steps pack, 0 to 4; {@linkcode packedWeightCount} knows. Default 0. */
  readonly packedWeights?: number;
  /** Clusters of routed steps, when there are some. Default: all steps are dense. */
  readonly routing?: Pick<RoutingOptions, "expertsPerToken" | "router"> & Required<Pick<RoutingOptions, "venom">>;
  /** First layers whose FFN stays dense in such steps, and packs no weights. Default 0. */
  readonly denseLayers?: number;
  /** Ranks that share masters and moments in equal parts. Default 1: each has them all. */
  readonly shards?: number;
  /** Whether a step keeps the input of each layer only, and computes the layer again. Default false. */
  readonly recompute?: boolean;
  /** Bytes of logits that the device takes at once (`Device.logitsBytes`). Default: that of {@linkcode logitsRows}. */
  readonly logitsBytes?: number;
}

/**
 * Estimates the bytes of one training step on one device, before anything is allocated.
 *
 * Activations that a step keeps, for each token and layer: both residual inputs, both normed inputs and the results of
 * attention and FFN (6D), queries, keys and values ((N + 2K)H), what attention gives to its output product (NH), y1 and
 * y2 (2F), and of the attention the sums (N) or, when materialized, the probabilities (N T); once more the last
 * residual and normed states (2D). The backward pass holds the gradients of the residual and of the FFN that it is in
 * (2D + F) besides. Logits are those of a chunk.
 *
 * A routed step keeps, instead of y1 and y2, for each sorted row (k of a token, and padding) its input (D) and three
 * packed activations of a cluster's neurons; the backward pass holds the gradient of the rows (D), dy2 and two packed
 * ones, and that of the tokens before and behind the FFN (2D). Where the router computes y1 of all neurons, that of one
 * layer (F a token) comes on top: a step's memory is kept by size, and nothing else has this one but first layers that
 * stay dense, which hold what those of a dense step do. The larger one of both kinds of steps counts.
 *
 * A step that computes its layers again keeps of each its input (D), and all of this of one layer of each kind at a
 * time, but the last states.
 *
 * @param model Sizes of the model
 * @param batchSize Sequences in a batch
 * @param options Bytes for each number and kind of attention
 * @returns Bytes by purpose and in total
 * @throws {RangeError} If a size is out of bounds
 *
 * @example Estimate the memory of the 7B model
 * ```ts
 * import { modelPresets, precisions, trainingMemory } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const memory = trainingMemory(modelPresets["llama-7b"], 2, { precision: precisions.bfloat16, attention: "fused" });
 * assertAlmostEquals(memory.weights / 1e9, 13.4, 0.05);
 * ```
 */
export function trainingMemory(
  model: ModelShape,
  batchSize: number,
  options: TrainingMemoryOptions = {},
): TrainingMemory {
  checkInteger(batchSize, "batchSize", 1, "estimate memory");
  const parameters = parameterCounts(model).total;
  const precision = options.precision ?? precisions.float32;
  const { layers, dModel, dFfn, heads, kvHeads, headDim, vocabularySize, sequenceLength } = model;
  const scores = options.attention === "materialized" ? heads * sequenceLength : heads;
  const tokens = batchSize * sequenceLength;
  const { recompute = false } = options;
  const kept = recompute ? 1 : layers;
  const layer = 6 * dModel + (2 * heads + 2 * kvHeads) * headDim + scores;
  const common = tokens * (kept * layer + (recompute ? layers + 2 : 4) * dModel);
  const sparse = sparseLayers(layers, options.denseLayers);
  const ofRouted = { dense: Math.min(kept, layers - sparse), routed: Math.min(kept, sparse) };
  const hidden = Math.max(denseHidden(model, tokens, kept), routedHidden(model, tokens, ofRouted, options));
  const row = vocabularySize * precision.activation;
  const weights = parameters * precision.weight;
  const gradients = parameters * precision.gradient;
  const { shards = 1 } = options;
  const masters = parameters * precision.master / shards;
  const moments = parameters * precision.moments / shards;
  const packed = (options.packedWeights ?? 0) * sparse * dFfn * dModel * precision.packed;
  const tables = sparse * routerTable(vocabularySize, options);
  const activations = (common + hidden) * precision.activation;
  const logits = row * logitsRows(tokens, row, options.logitsBytes);
  const total = weights + gradients + masters + moments + packed + tables + activations + logits;
  return { weights, gradients, masters, moments, packed, tables, activations, logits, total };
}

/** Bytes of the table of a router that chooses by token: f32 [vocabulary, E]. */
function routerTable(vocabularySize: number, { routing }: TrainingMemoryOptions): number {
  if (routing === undefined || !routers[routing.router ?? "cosine"].needsTokens) return 0;
  return 4 * vocabularySize * venomExperts(routing.venom);
}

/** Layers of a step whose activations are kept, by how their FFN is computed. */
interface KeptLayers {
  readonly dense: number;
  readonly routed: number;
}

/** Numbers of the hidden activations of dense layers: y1 and y2, and the gradient in one layer. */
function denseHidden({ dFfn }: ModelShape, tokens: number, layers: number): number {
  return layers === 0 ? 0 : tokens * (2 * layers + 1) * dFfn;
}

/** The same of a routed step, whose first layers may be dense; 0 when there is none. */
function routedHidden(
  model: ModelShape,
  tokens: number,
  { dense, routed }: KeptLayers,
  { routing, precision = precisions.float32 }: TrainingMemoryOptions,
): number {
  if (routing === undefined || routed === 0) return 0;
  const { dModel, dFfn } = model;
  const { venom, expertsPerToken = 1 } = routing;
  const experts = venomExperts(venom);
  // Every segment may end just behind a block.
  const rows = tokens * expertsPerToken + experts * (venom.v - 1);
  const width = dFfn / experts;
  const packed = width * precision.packed / precision.activation;
  const { needsAllNeurons } = routers[routing.router ?? "cosine"];
  const all = needsAllNeurons ? tokens * dFfn : 0;
  // What dense layers hold is as large as y1 of all neurons, and lends it its place.
  const whole = Math.max(denseHidden(model, tokens, dense), all);
  return whole + rows * ((routed + 1) * dModel + (3 * routed + 2) * packed + width) + 2 * tokens * dModel;
}
