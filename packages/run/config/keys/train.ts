import { mostSteps, type TrainingPreset } from "@beyond24/recipe";
import type { ConfigSection } from "../config_field.ts";

/** How long to train, and what to keep: a section of {@linkcode configTable}. */
export const trainKeys = {
  sentence: "How long to train, and what to keep",
  keys: {
    steps: {
      kind: "integer",
      minimum: 1,
      maximum: mostSteps,
      default: ({ schedule }: TrainingPreset): number => schedule.totalSteps,
      unit: "steps",
      resume: "recorded",
      sentence: "Optimizer steps: the sum of the recipe's phases, which are scaled to it",
    },
    batchSize: {
      kind: "integer",
      minimum: 1,
      maximum: 65_536,
      default: ({ batchSize }: TrainingPreset): number => batchSize,
      unit: "sequences",
      sentence: "Sequences in a micro-batch",
    },
    microBatches: {
      kind: "integer",
      minimum: 1,
      maximum: 65_536,
      default: 1,
      unit: "micro-batches",
      sentence: "Micro-batches of a step, whose gradients are added up",
    },
    recompute: {
      kind: "switch",
      default: false,
      resume: "free",
      sentence: "Whether only the input of each layer is kept, and the layer computed again: less memory, more time",
    },
    seed: {
      kind: "integer",
      minimum: 0,
      maximum: 2_147_483_647,
      default: 1,
      sentence: "Seed of initial weights, batches and clustering",
    },
    initFrom: {
      kind: "text",
      form: "none, or the path of a checkpoint or of a run with one",
      default: "none",
      sentence: "Checkpoint whose weights the run begins with, the newest one of a run; none draws them from the seed",
    },
    checkpointEvery: {
      kind: "integer",
      minimum: 1,
      maximum: mostSteps,
      default: ({ schedule }: TrainingPreset): number => spacing(schedule.totalSteps),
      unit: "steps",
      resume: "free",
      sentence: "Steps between checkpoints; one is also saved at the end",
    },
    keepCheckpoints: {
      kind: "integer",
      minimum: 1,
      maximum: mostSteps,
      default: 2,
      unit: "checkpoints",
      resume: "free",
      sentence: "Checkpoints that stay on the disk",
    },
    evaluateEvery: {
      kind: "integer",
      minimum: 0,
      maximum: mostSteps,
      default: ({ schedule }: TrainingPreset): number => spacing(schedule.totalSteps),
      unit: "steps",
      resume: "free",
      sentence: "Steps between validations; 0 validates at the end only",
    },
    validationTokens: {
      kind: "integer",
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      default: ({ batchSize, model }: TrainingPreset): number => 50 * batchSize * model.sequenceLength,
      unit: "tokens",
      resume: "free",
      sentence: "Held-out tokens of a validation at least, the same in each, or all where there are fewer",
    },
    readEvery: {
      kind: "integer",
      minimum: 1,
      maximum: 10_000,
      default: 1,
      unit: "steps",
      resume: "free",
      sentence: "Steps after which measurements are read from the device",
    },
    baseline: {
      kind: "switch",
      default: false,
      sentence: "Whether the dense twin is trained too, on the same batches",
    },
  },
} as const satisfies ConfigSection;

/**
 * Steps between two validations, and between two checkpoints: about ten of them in a run, but one at least every 1000
 * steps. A validation of 50 batches takes as long as 17 dense steps; every 100 steps it would be a sixth of the run.
 */
function spacing(steps: number): number {
  return Math.min(1000, Math.max(100, 100 * Math.round(steps / 1000)));
}
