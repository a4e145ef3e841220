import { type PresetName, trainingPresets } from "@beyond24/recipe";
import type { ConfigValues } from "@beyond24/run";

/** A size at which the paper's tables are made again. */
export interface QualitySize {
  /** What it is, in one sentence. */
  readonly sentence: string;
  /** Preset below its values. */
  readonly preset: PresetName;
  /** What differs from the preset, by dotted key. */
  readonly values: ConfigValues;
  /** What plan `beyond` has on top of that. */
  readonly beyond?: ConfigValues;
  /** Steps of a whole run. */
  readonly steps: number;
  /** Dense steps before the first sparse one. */
  readonly denseWarmup: number;
  /** Steps of linear warm-up of the learning rate. */
  readonly rateWarmup: number;
  /** Part of all steps in which a stable rate falls. Default: that of `stableDecay`. */
  readonly decayRatio?: number | undefined;
  /** Sequences of a step. */
  readonly batchSize: number;
  /** Tokens of a sequence. */
  readonly sequenceLength: number;
  /** Tokens of a validation, the same ones in all runs of the size; fewer where fewer are held out. */
  readonly validationTokens: number;
}

/** Batches of 64 sequences of 512 tokens, as the runs of `docs/log.md` at 23 M parameters. */
const onGpu = { batchSize: 64, sequenceLength: 512, validationTokens: 2 ** 20 };

/** The sizes by name. */
export const qualitySizes = {
  "tiny": {
    sentence: "the preset tiny: 0.12 M parameters, 1.5 million tokens; half a minute on a CPU",
    preset: "tiny",
    values: {},
    steps: 3000,
    denseWarmup: 64,
    rateWarmup: 20,
    batchSize: 4,
    sequenceLength: 128,
    validationTokens: 2 ** 16,
  },
  "small": {
    sentence: "the preset small: 5.1 M parameters, 1.6 million tokens; minutes on a CPU",
    preset: "small",
    values: {},
    steps: 1600,
    denseWarmup: 60,
    rateWarmup: 60,
    decayRatio: trainingPresets.small.schedule.decayRatio,
    batchSize: 8,
    sequenceLength: 128,
    validationTokens: 2 ** 16,
  },
  "23m": {
    sentence: "8 layers of 512, F = 2048: 23.3 M parameters on bytes, 131 million tokens; minutes on an H100",
    preset: "tiny",
    values: {
      "model.layers": 8,
      "model.dModel": 512,
      "model.dFfn": 2048,
      "model.heads": 8,
      "model.kvHeads": 4,
      "model.headDim": 64,
      "sparsity.v": 64,
      "optimizer.learningRate": 1e-3,
    },
    beyond: { "sparsity.clusters": "weights" }, // as its rows have it; by activations it was not run
    steps: 4000,
    denseWarmup: 100,
    rateWarmup: 60,
    ...onGpu,
  },
  "100m": {
    sentence:
      "llama-125m with 16 layers: 101 M parameters on bytes, 301 million tokens; a quarter of an hour on an H100",
    preset: "llama-125m",
    values: { "model.layers": 16 },
    steps: 9200,
    denseWarmup: 200,
    rateWarmup: 200,
    ...onGpu,
  },
  "125m": {
    sentence:
      "llama-125m: 125 M parameters with a vocabulary of 32,000 (76 M on bytes), 301 million tokens; the same time",
    preset: "llama-125m",
    values: {},
    steps: 9200,
    denseWarmup: 200,
    rateWarmup: 200,
    ...onGpu,
  },
} as const satisfies Readonly<Record<string, QualitySize>>;

/** Name of a size. */
export type SizeName = keyof typeof qualitySizes;
