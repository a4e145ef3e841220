import {
  type ComponentFlops,
  endToEndSpeedup,
  ffnSpeedup,
  ffnSpeedupLimit,
  type FlopComponent,
  paperKernels,
  type ParameterCounts,
  parameterCounts,
  precisions,
  productSpeedups,
  recipeSteps,
  sparsityPlans,
  trainingFlops,
} from "@beyond24/recipe";
import type { RunConfig } from "@beyond24/run";
import { type RunMemory, runMemory } from "./_run_memory.ts";

export type { RunMemory };

/** FLOPs of one component for one token, and of a whole run. */
export interface ComponentPlan {
  /** Forward and backward of one token, dense. */
  readonly denseFlops: number;
  /** What a sparse step multiplies for one token. */
  readonly sparseFlops: number;
  /** Of the dense FLOPs of the whole model. */
  readonly share: number;
}

/** What a run will take, worked out from its configuration alone. */
export interface RunPlan {
  /** Trained weights by component. */
  readonly parameters: ParameterCounts;
  /** Bytes in float32, as the CPU trains. */
  readonly memoryFloat32: RunMemory;
  /** Bytes with products in bfloat16, as a GPU trains. */
  readonly memoryBfloat16: RunMemory;
  /** FLOPs of a token, by component. */
  readonly components: Readonly<Record<FlopComponent, ComponentPlan>>;
  /** FLOPs of a token, of the whole model. */
  readonly total: ComponentPlan;
  /** Tokens of the run. */
  readonly tokens: number;
  /** Steps of the run. */
  readonly steps: number;
  /** Those that are sparse. */
  readonly sparseSteps: number;
  /** FLOPs of the run if every step were dense. */
  readonly denseEquivalentFlops: number;
  /** FLOPs that the run multiplies. */
  readonly executedFlops: number;
  /** Predicted speed-up, by how fast the kernels are. */
  readonly speedups: readonly PredictedSpeedup[];
}

/** A predicted speed-up over dense steps. */
export interface PredictedSpeedup {
  /** How fast the kernels are taken to be, in words. */
  readonly kernels: string;
  /** Of the FFN's products in a sparse step. Infinity where all six are sparse and take no time. */
  readonly ffn: number;
  /** Of a sparse step. */
  readonly step: number;
  /** Of the whole run. */
  readonly run: number;
}

/**
 * Works out parameters, bytes, FLOPs and the predicted speed-up of a run. Nothing is allocated, so the model may be of any
 * size.
 *
 * @param config The configuration
 * @returns The plan
 *
 * @example Plan the paper's 7B run
 * ```ts
 * import { presetConfig } from "@beyond24/run";
 * import { runPlan } from "@beyond24/trainer";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { parameters, components } = runPlan(presetConfig("llama-7b"));
 * assertAlmostEquals(parameters.total / 1e9, 6.69, 0.005);
 * assertAlmostEquals(components.ffn.share, 0.594, 1e-3);
 * ```
 */
export function runPlan(config: RunConfig): RunPlan {
  const { model, train, sparsity, recipe } = config;
  const plan = sparsityPlans[sparsity.plan];
  const venom = { v: sparsity.v, n: 2 as const, m: sparsity.m };
  const tokensPerStep = train.batchSize * train.microBatches * model.sequenceLength;
  const routing = { venom, expertsPerToken: sparsity.expertsPerToken, router: sparsity.router };
  const { components, total } = trainingFlops(model, 1, { plan, ...routing });
  const kernels = paperKernels(routing);
  const sparseSteps = recipeSteps(recipe, "sparse");
  const share = components.ffn.share;
  const sparseFraction = sparseSteps / train.steps;
  const speedup = (kernels: string, ffn: number) => ({
    kernels,
    ffn,
    step: endToEndSpeedup({ share, kernelSpeedup: ffn }),
    run: endToEndSpeedup({ share, kernelSpeedup: ffn, sparseFraction }),
  });
  return {
    parameters: parameterCounts(model),
    memoryFloat32: runMemory(config, precisions.float32),
    memoryBfloat16: runMemory(config, precisions.bfloat16),
    components: {
      ffn: componentPlan(components.ffn),
      attentionProjections: componentPlan(components.attentionProjections),
      attention: componentPlan(components.attention),
      lmHead: componentPlan(components.lmHead),
      router: componentPlan(components.router),
    },
    total: componentPlan(total),
    tokens: tokensPerStep * train.steps,
    steps: train.steps,
    sparseSteps,
    denseEquivalentFlops: total.denseEquivalent * tokensPerStep * train.steps,
    executedFlops: tokensPerStep *
      (total.denseEquivalent * (train.steps - sparseSteps) + total.executed * sparseSteps),
    speedups: [
      speedup(
        `the paper's: 2:4 at ${kernels["2:4"]}×, Venom at ${Number(kernels.venom.toFixed(2))}×`,
        ffnSpeedup(productSpeedups(plan, kernels)),
      ),
      speedup("as fast as the executed FLOPs", components.ffn.denseEquivalent / components.ffn.executed),
      speedup("infinitely fast", ffnSpeedupLimit(plan, routing)),
    ],
  };
}

function componentPlan({ denseEquivalent, executed, share }: ComponentFlops): ComponentPlan {
  return { denseFlops: denseEquivalent, sparseFlops: executed, share };
}

/**
 * A plan as JSON. What has no bound is written `"unbounded"`: JSON knows no infinity.
 *
 * @param plan The plan
 * @returns Text, indented by two
 *
 * @example The bound of a plan in which all six products are sparse
 * ```ts
 * import { presetConfig } from "@beyond24/run";
 * import { planJson, runPlan } from "@beyond24/trainer";
 * import { assertEquals } from "@std/assert";
 *
 * const { speedups } = JSON.parse(planJson(runPlan(presetConfig("llama-1b"))));
 * assertEquals(speedups[2].ffn, "unbounded");
 * ```
 */
export function planJson(plan: RunPlan): string {
  return JSON.stringify(plan, (_, value: unknown) => value === Infinity ? "unbounded" : value, 2);
}
