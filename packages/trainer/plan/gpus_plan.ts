import {
  type CommunicationVolume,
  communicationVolume,
  gpuLimits,
  gpuLinks,
  gpuLogitsBytes,
  type GpuName,
  parameterCounts,
  precisions,
  recipeSteps,
  stepTime,
  trainingFlops,
} from "@beyond24/recipe";
import { hasSparseSteps, type RunConfig } from "@beyond24/run";
import { shareOfRank } from "../run/ranks.ts";
import { type RunMemory, runMemory } from "./_run_memory.ts";

/** GPUs that train one model, and what is between them. */
export interface Gpus {
  /** Their number. */
  readonly count: number;
  /** Which they are. */
  readonly name: GpuName;
  /** Bytes a second between machines, for each GPU, each way. */
  readonly networkBytesPerSecond: number;
}

/** Milliseconds of a step, or of several. */
export interface PlannedStep {
  /** With communication hidden behind computation as far as can be. */
  readonly hidden: number;
  /** With communication and computation one after the other. */
  readonly exposed: number;
}

/** A way to share the work of the optimizer among GPUs. */
export interface ShardPlan {
  /** Bytes of a GPU, with products in bfloat16. */
  readonly memory: RunMemory;
  /** Bytes that a GPU sends in a step. */
  readonly communication: CommunicationVolume;
  /** Milliseconds of a dense step. */
  readonly denseStep: PlannedStep;
  /** Milliseconds of a sparse step; missing where a run has none. */
  readonly sparseStep?: PlannedStep;
  /** Milliseconds of all steps of the run. */
  readonly run: PlannedStep;
  /** Milliseconds of all steps of its dense twin. */
  readonly twin: PlannedStep;
}

/** What a run takes on several GPUs. */
export interface GpusPlan {
  /** Their number. */
  readonly count: number;
  /** Those of one machine. */
  readonly perMachine: number;
  /** Sequences of a micro-batch that each computes. */
  readonly sequences: number;
  /** Bytes a second that a GPU is taken to send, while it receives as many. */
  readonly bytesPerSecond: number;
  /** With `distributed.shard=none`: the whole optimizer on every GPU. */
  readonly none: ShardPlan;
  /** With `distributed.shard=optimizer`: a shard of it on each. */
  readonly optimizer: ShardPlan;
}

/** How fast steps are taken to be. */
export interface StepSpeed {
  /** Part of a GPU's peak that dense steps reach. */
  readonly utilization: number;
  /** Time of a dense step by that of a sparse one. */
  readonly sparseStep: number;
}

/** GPUs of one machine. */
const perMachine = 8;
/**
 * Part of a link's peak that a ring is taken to reach: with NCCL on two H200 an all-reduce of 12.7 GB took 37.2 ms,
 * which is 76 % of NVLink, and one of 3.5 GB 11.3 ms, 69 %.
 */
export const linkUtilization = 0.75;

/**
 * What a run takes on several GPUs, each of which computes its part of every batch. No GPU is needed.
 *
 * A ring of GPUs of one machine is as fast as their link. One over several machines passes from one to the next through
 * the network of all GPUs of a machine together, and is as fast as the slower of both. AdamW reads and writes master
 * and moments, reads the gradient and writes the weight at the speed of the memory.
 *
 * @param config The configuration
 * @param gpus The GPUs
 * @param speed How fast steps are
 * @returns The plan
 * @throws {UsageError} If the batch cannot be shared
 */
export function gpusPlan(config: RunConfig, { count, name, networkBytesPerSecond }: Gpus, speed: StepSpeed): GpusPlan {
  const share = shareOfRank(config, count);
  const { model, train: { batchSize, microBatches, recompute } } = share;
  const { flopsPerSecond, bytesPerSecond: memorySpeed, memoryBytes } = gpuLimits[name];
  const link = gpuLinks[name].bytesPerSecond;
  const ring = count > perMachine ? Math.min(link, perMachine * networkBytesPerSecond) : link;
  const bytesPerSecond = linkUtilization * ring;
  const precision = precisions.bfloat16;

  const { total } = trainingFlops(model, batchSize * microBatches * model.sequenceLength, { recompute });
  const milliseconds = (flops: number) => 1000 * flops / (speed.utilization * flopsPerSecond);
  const { weight, gradient, master, moments } = precision;
  const updated = parameterCounts(model).total * (2 * (master + moments) + gradient + weight);

  const planOf = (sharded: boolean): ShardPlan => {
    const shards = sharded ? count : 1;
    const communication = communicationVolume(model, count, precision, sharded);
    const sent = (bytes: number) => 1000 * bytes / bytesPerSecond;
    const stepOf = (speedup: number): PlannedStep => {
      const parts = {
        forward: milliseconds(total.forward) / speedup,
        backward: milliseconds(total.executed - total.forward) / speedup,
        optimizer: 1000 * updated / shards / memorySpeed,
        gradients: sent(communication.gradients),
        weights: sent(communication.weights),
      };
      return { hidden: stepTime(parts, true), exposed: stepTime(parts, false) };
    };
    const [denseStep, sparseStep] = [stepOf(1), stepOf(speed.sparseStep)];
    const steps = { dense: recipeSteps(config.recipe, "dense"), sparse: recipeSteps(config.recipe, "sparse") };
    const all = (kind: keyof PlannedStep) => steps.dense * denseStep[kind] + steps.sparse * sparseStep[kind];
    const dense = (kind: keyof PlannedStep) => (steps.dense + steps.sparse) * denseStep[kind];
    return {
      memory: runMemory(share, precision, { shards, logitsBytes: gpuLogitsBytes(memoryBytes) }),
      communication,
      denseStep,
      ...(hasSparseSteps(config) ? { sparseStep } : {}),
      run: { hidden: all("hidden"), exposed: all("exposed") },
      twin: { hidden: dense("hidden"), exposed: dense("exposed") },
    };
  };
  return { count, perMachine, sequences: batchSize, bytesPerSecond, none: planOf(false), optimizer: planOf(true) };
}
