import {
  type ComponentFlops,
  endToEndSpeedup,
  ffnSpeedup,
  ffnSpeedupLimit,
  type FlopComponent,
  gpuLimits,
  gpuLogitsBytes,
  type GpuName,
  paperKernels,
  type ParameterCounts,
  parameterCounts,
  precisions,
  productSpeedups,
  recipeSteps,
  sparseLayers,
  sparsityPlans,
  trainingFlops,
} from "@beyond24/recipe";
import type { RunConfig } from "@beyond24/run";
import { type RunMemory, runMemory } from "./_run_memory.ts";
import type { SourcePlan } from "./data_plan.ts";
import { type FittingChange, fittingChanges, processMemory } from "./fitting_changes.ts";
import { type GpusPlan, gpusPlan, type PlannedStep, type ShardPlan } from "./gpus_plan.ts";

export type { FittingChange, GpusPlan, PlannedStep, RunMemory, ShardPlan, SourcePlan };

/** FLOPs of one component for one token, and of a whole run. */
export interface ComponentPlan {
  /** Forward and backward of one token, dense. */
  readonly denseFlops: number;
  /** What a sparse step multiplies for one token, also what it computes again. */
  readonly sparseFlops: number;
  /** Of the dense FLOPs of the whole model. */
  readonly share: number;
}

/** What a run will take, worked out from its configuration alone. */
export interface RunPlan {
  /** How sparse steps are computed: the section of the configuration. */
  readonly sparsity: RunConfig["sparsity"];
  /** Trained weights by component. */
  readonly parameters: ParameterCounts;
  /** Bytes in float32, as the CPU trains. */
  readonly memoryFloat32: RunMemory;
  /** Bytes with products in bfloat16, as one GPU trains. */
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
  /** Tokens of the run for each weight. */
  readonly tokensPerParameter: number;
  /** What it makes of its data, where they are named. */
  readonly data?: readonly SourcePlan[];
  /** Whether it fits the memory of a GPU, and what would. */
  readonly fit: MemoryFit;
  /** How long it takes on a GPU, about. */
  readonly time: RunTime;
  /** FLOPs of the run if every step were dense. */
  readonly denseEquivalentFlops: number;
  /** FLOPs that the run multiplies, also those of layers that are computed again. */
  readonly executedFlops: number;
  /** Predicted speed-up, by how fast the kernels are. */
  readonly speedups: readonly PredictedSpeedup[];
  /** What it takes on several GPUs, where their number was given. */
  readonly gpus?: GpusPlan;
}

/** Whether a run fits the memory of each GPU that trains it. */
export interface MemoryFit {
  /** Bytes of the memory. */
  readonly memoryBytes: number;
  /** Bytes of the run, as it is configured, with products in bfloat16. */
  readonly bytes: number;
  /** What to set so that it fits; empty where it does, and where only a smaller model would. */
  readonly changes: readonly FittingChange[];
}

/** A predicted time: of products, and of AdamW at the speed of the GPU's memory. */
export interface RunTime {
  /** The GPU. */
  readonly gpu: GpuName;
  /** Part of its peak that dense steps are taken to reach. */
  readonly utilization: number;
  /** Hours of the run. */
  readonly hours: number;
  /** Hours if every step were dense, as those of the dense twin are. */
  readonly denseHours: number;
}

/** A predicted speed-up over dense steps. */
export interface PredictedSpeedup {
  /** How fast the kernels are taken to be, in words. */
  readonly kernels: string;
  /** Of the FFN's products in a sparse step. Infinity where those of all layers are sparse and take no time. */
  readonly ffn: number;
  /** Of a sparse step. */
  readonly step: number;
  /** Of the whole run. */
  readonly run: number;
}

/** What of a run is not in its configuration. */
export interface RunPlanOptions {
  /** Its sources of data. */
  readonly data?: readonly SourcePlan[];
  /** The GPU that its time is predicted for. Default `h100`. */
  readonly gpu?: GpuName;
  /** The number of GPUs that train it together. Default: nothing is said of several. */
  readonly gpus?: number;
  /** Bytes a second between machines, for each GPU, each way. Default 50e9, that of InfiniBand NDR. */
  readonly networkBytesPerSecond?: number;
}

/**
 * Part of a GPU's peak that dense steps are taken to reach: that of `llama-1b` on an H200 was 54 %
 * (docs/benchmarks.md), and smaller models reach less.
 */
const utilization = 0.5;

/**
 * Works out parameters, bytes, FLOPs and the predicted speed-up of a run. Nothing is allocated, so the model may be of
 * any size.
 *
 * @param config The configuration
 * @param options What its data are, and on which GPU it runs
 * @returns The plan
 * @throws {UsageError} If several GPUs cannot share the batch
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
export function runPlan(config: RunConfig, options: RunPlanOptions = {}): RunPlan {
  const { data, gpu = "h100", gpus, networkBytesPerSecond = 50e9 } = options;
  const { model, train, sparsity, recipe } = config;
  const plan = sparsityPlans[sparsity.plan];
  const venom = { v: sparsity.v, n: 2 as const, m: sparsity.m };
  const tokensPerStep = train.batchSize * train.microBatches * model.sequenceLength;
  const routing = { venom, expertsPerToken: sparsity.expertsPerToken, router: sparsity.router };
  const { recompute } = train;
  const { denseLayers } = sparsity;
  const { components, total } = trainingFlops(model, 1, { plan, recompute, denseLayers, ...routing });
  // What dense steps execute: more than a dense model needs where layers are computed again.
  const dense = trainingFlops(model, 1, { recompute });
  const kernels = paperKernels(routing);
  const sparseSteps = recipeSteps(recipe, "sparse");
  const share = dense.components.ffn.executed / dense.total.executed;
  const sparseFraction = sparseSteps / train.steps;
  // Of the FFNs of all layers, from that of a sparse one.
  const sparseShare = sparseLayers(model.layers, denseLayers) / model.layers;
  const ofAllLayers = (ffn: number) => endToEndSpeedup({ share: sparseShare, kernelSpeedup: ffn });
  const speedup = (kernels: string, ffn: number) => ({
    kernels,
    ffn,
    step: endToEndSpeedup({ share, kernelSpeedup: ffn }),
    run: endToEndSpeedup({ share, kernelSpeedup: ffn, sparseFraction }),
  });
  const parameters = parameterCounts(model);
  const tokens = tokensPerStep * train.steps;
  const denseEquivalentFlops = total.denseEquivalent * tokens;
  const paper = speedup(
    `the paper's: 2:4 at ${kernels["2:4"]}×, Venom at ${Number(kernels.venom.toFixed(2))}×`,
    ofAllLayers(ffnSpeedup(productSpeedups(plan, kernels))),
  );
  const speed = { utilization, sparseStep: paper.step };
  const { none: alone } = gpusPlan(config, { count: 1, name: gpu, networkBytesPerSecond }, speed);
  return {
    parameters,
    memoryFloat32: runMemory(config, precisions.float32),
    memoryBfloat16: alone.memory,
    components: {
      ffn: componentPlan(components.ffn),
      attentionProjections: componentPlan(components.attentionProjections),
      attention: componentPlan(components.attention),
      lmHead: componentPlan(components.lmHead),
      router: componentPlan(components.router),
    },
    total: componentPlan(total),
    tokens,
    tokensPerParameter: tokens / parameters.total,
    ...(data === undefined ? {} : { data }),
    fit: memoryFit(config, gpu, gpus),
    time: { gpu, utilization, hours: alone.run.hidden / 3.6e6, denseHours: alone.twin.hidden / 3.6e6 },
    sparsity: config.sparsity,
    steps: train.steps,
    sparseSteps,
    denseEquivalentFlops,
    executedFlops: tokensPerStep *
      (dense.total.executed * (train.steps - sparseSteps) + total.executed * sparseSteps),
    speedups: [
      paper,
      speedup("as fast as the executed FLOPs", dense.components.ffn.executed / components.ffn.executed),
      speedup("infinitely fast", ofAllLayers(ffnSpeedupLimit(plan, routing))),
    ],
    ...(gpus === undefined ? {} : {
      gpus: gpusPlan(config, { count: gpus, name: gpu, networkBytesPerSecond }, speed),
    }),
  };
}

/** Most GPUs that are offered to a run that does not fit fewer. */
const mostGpus = 1024;

function memoryFit(config: RunConfig, gpu: GpuName, processes = 1): MemoryFit {
  const { memoryBytes } = gpuLimits[gpu];
  const memory = { processes, precision: precisions.bfloat16, logitsBytes: gpuLogitsBytes(memoryBytes) };
  const { total: bytes } = processMemory(config, memory);
  const changes = bytes <= memoryBytes ? [] : fittingChanges(config, memory, memoryBytes, mostGpus);
  return { memoryBytes, bytes, changes };
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
 * const { speedups } = JSON.parse(planJson(runPlan(presetConfig("llama-1b", "paper"))));
 * assertEquals(speedups[2].ffn, "unbounded");
 * ```
 */
export function planJson(plan: RunPlan): string {
  return JSON.stringify(plan, (_, value: unknown) => value === Infinity ? "unbounded" : value, 2);
}
