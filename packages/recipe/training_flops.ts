import { checkNumber } from "./_check.ts";
import { executedFraction, type RoutingOptions } from "./executed_fraction.ts";
import { type FfnProduct, ffnProductNames } from "./ffn_products.ts";
import { checkModelShape, type ModelShape } from "./model_shape.ts";
import { routers } from "./router.ts";
import { sparseLayers } from "./sparse_layers.ts";
import { isRouted, type SparsityPlan } from "./sparsity_plan.ts";
import { sparsityPlans } from "./sparsity_plans.ts";
import { venomExperts, venomFormats } from "./venom_format.ts";

/** A part of the model that does matrix products. The embedding is a look-up and does none. */
export type FlopComponent = "ffn" | "attentionProjections" | "attention" | "lmHead" | "router";

/** FLOPs of one component, or of all; a multiplication and an addition are two FLOPs. */
export interface ComponentFlops {
  /** Forward pass of a dense model. */
  readonly forward: number;
  /** Backward pass of a dense model, without recomputation: twice the forward pass. */
  readonly backward: number;
  /** Dense-equivalent: `forward + backward`. The router counts nothing here, as a dense model has none. */
  readonly denseEquivalent: number;
  /** What is multiplied under the sparsity plan, forward and backward, and forward again where it is computed twice. */
  readonly executed: number;
  /** `denseEquivalent` as a fraction of that of the whole model. */
  readonly share: number;
}

/** FLOPs of training on some number of tokens. */
export interface TrainingFlops {
  /** Each component. */
  readonly components: Readonly<Record<FlopComponent, ComponentFlops>>;
  /** Sum of the components. */
  readonly total: ComponentFlops;
}

/** What {@linkcode trainingFlops} counts. */
export interface FlopOptions extends RoutingOptions {
  /** Sparse operands of the FFN. Default: the dense plan. */
  readonly plan?: SparsityPlan;
  /** First layers whose FFN stays dense. Default: 0. */
  readonly denseLayers?: number;
  /** Matrices of an FFN: 2 as built here, 3 with a gate as in Llama and in the paper's formula. Default: 2. */
  readonly ffnMatrices?: 2 | 3;
  /**
   * Scores that attention computes: the causal half, (T + 1) / 2 keys a query on average, or all T. Default: causal.
   */
  readonly attention?: "causal" | "full";
  /**
   * Whether the backward pass computes every layer again: what is executed has the forward pass of all but the head
   * twice. Default false.
   */
  readonly recompute?: boolean;
}

type Work = Pick<ComponentFlops, "forward" | "executed">;

function denseWork(forward: number, { recompute = false }: FlopOptions = {}): Work {
  return { forward, executed: (recompute ? 4 : 3) * forward };
}

function ffnWork(model: ModelShape, tokens: number, options: FlopOptions): Work {
  const forward = 2 * tokens * model.layers * model.dModel * model.dFfn * (options.ffnMatrices ?? 2);
  const plan = options.plan ?? sparsityPlans.dense;
  const sparse = sparseLayers(model.layers, options.denseLayers) / model.layers;
  const meanOf = (products: readonly FfnProduct[]): number => {
    const executed = products.reduce((sum, product) => sum + executedFraction(plan, product, options), 0);
    return 1 - sparse + sparse * executed / products.length;
  };
  const again = options.recompute ? forward * meanOf(["y1", "y3"]) : 0;
  return { forward, executed: 3 * forward * meanOf(ffnProductNames) + again };
}

function routerWork(model: ModelShape, tokens: number, options: FlopOptions): Work {
  if (!isRouted(options.plan ?? sparsityPlans.dense)) return denseWork(0);
  const experts = venomExperts(options.venom ?? venomFormats["87.5"]);
  const { flops } = routers[options.router ?? "cosine"];
  return {
    forward: 0,
    executed: (options.recompute ? 2 : 1) * tokens * sparseLayers(model.layers, options.denseLayers) *
      flops({ features: model.dModel, neurons: model.dFfn, experts }),
  };
}

function component({ forward, executed }: Work, totalForward: number): ComponentFlops {
  return {
    forward,
    backward: 2 * forward,
    denseEquivalent: 3 * forward,
    executed,
    share: totalForward === 0 ? 0 : forward / totalForward,
  };
}

/**
 * Counts the FLOPs of training, by component, dense-equivalent and executed.
 *
 * Forward, for each token (backward is twice as much):
 *
 * - `ffn`: `2 · 2DF` a layer, or `2 · 3DF` with a gate;
 * - `attentionProjections`: `2 · 2D(N + K)H` a layer, for queries, keys, values and output;
 * - `attention`: `2 · 2 · NH · keys` a layer, for the scores and the weighted sum, where keys = (T + 1) / 2 for causal
 *   attention that skips the masked half, or T;
 * - `lmHead`: `2DV` for a vocabulary of V;
 * - `router`: what the router takes (`routers`), executed when the plan routes: `2DE` a layer for the cosine. It is
 *   forward only: its arg max has no gradient. For `energy` it is nothing: y1, which it reads, is the FFN's.
 *
 * Norms, rotary embedding, activation, soft threshold, clustering and optimizer are not matrix products: not counted.
 * With three FFN matrices the executed FLOPs apply the mean of the plan's six fractions. With `recompute` they have the
 * forward pass of all but the head twice, of the FFN by the mean of the fractions of y1 and y3. The first `denseLayers`
 * execute their FFN in full, and have no router.
 *
 * @param model Sizes of the model
 * @param tokens Number of tokens trained on
 * @param options Plan, routing and conventions of counting
 * @returns FLOPs of each component and in total
 * @throws {RangeError} If a size, the number of tokens or that of dense layers is out of bounds
 *
 * @example Compare executed with dense-equivalent FLOPs
 * ```ts
 * import { modelPresets, sparsityPlans, trainingFlops } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { components } = trainingFlops(modelPresets["llama-1b"], 1e9, { plan: sparsityPlans.paper });
 * assertAlmostEquals(components.ffn.executed / components.ffn.denseEquivalent, 2 / 16);
 * ```
 */
export function trainingFlops(model: ModelShape, tokens: number, options: FlopOptions = {}): TrainingFlops {
  checkModelShape(model);
  checkNumber(tokens, "tokens", 0, Infinity, "count FLOPs");
  const { layers, dModel, heads, kvHeads, headDim, vocabularySize, sequenceLength } = model;
  const keys = options.attention === "full" ? sequenceLength : (sequenceLength + 1) / 2;
  const works: Readonly<Record<FlopComponent, Work>> = {
    ffn: ffnWork(model, tokens, options),
    attentionProjections: denseWork(2 * tokens * layers * 2 * dModel * (heads + kvHeads) * headDim, options),
    attention: denseWork(2 * tokens * layers * 2 * heads * headDim * keys, options),
    lmHead: denseWork(2 * tokens * dModel * vocabularySize),
    router: routerWork(model, tokens, options),
  };
  const total = Object.values(works).reduce((sum, work) => ({
    forward: sum.forward + work.forward,
    executed: sum.executed + work.executed,
  }));
  const of = (name: FlopComponent) => component(works[name], total.forward);
  return {
    components: {
      ffn: of("ffn"),
      attentionProjections: of("attentionProjections"),
      attention: of("attention"),
      lmHead: of("lmHead"),
      router: of("router"),
    },
    total: component(total, total.forward),
  };
}

/**
 * The FFN's fraction of all training FLOPs (paper, Figure 1).
 *
 * It counts everything that {@linkcode trainingFlops} counts, attention scores and output head included, and an FFN of
 * two matrices. For the paper's formula, which counts three matrices and neither scores nor head, see {@linkcode
 * paperFfnShare}.
 *
 * @param model Sizes of the model
 * @param options Conventions of counting
 * @returns A fraction in (0, 1)
 * @throws {RangeError} If a size is out of bounds
 *
 * @example See the share grow with the model
 * ```ts
 * import { ffnShare, llama405b, modelPresets } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(ffnShare(modelPresets["llama-1b"]), 0.461, 1e-3);
 * assertAlmostEquals(ffnShare(modelPresets["llama-7b"]), 0.594, 1e-3);
 * assertAlmostEquals(ffnShare(llama405b, { ffnMatrices: 3 }), 0.784, 1e-3);
 * ```
 */
export function ffnShare(model: ModelShape, options: FlopOptions = {}): number {
  return trainingFlops(model, 1, options).components.ffn.share;
}
