import { type PresetName, type Recipe, type TrainingPreset, trainingPresets } from "@beyond24/recipe";
import type { ConfigField, ConfigSection } from "./config_field.ts";
import { dataKeys } from "./keys/data.ts";
import { deviceKeys } from "./keys/device.ts";
import { distributedKeys } from "./keys/distributed.ts";
import { evaluationKeys } from "./keys/evaluation.ts";
import { logKeys } from "./keys/log.ts";
import { modelKeys } from "./keys/model.ts";
import { optimizerKeys } from "./keys/optimizer.ts";
import { sparsityKeys } from "./keys/sparsity.ts";
import { trainKeys } from "./keys/train.ts";

/**
 * The configuration of a run as data: every key with its values, unit, default and meaning, in the order in which it is
 * printed. All else follows from it: the type {@linkcode RunConfig}, what a file and `--set` may hold,
 * `--print-config`, `explain` and `docs/configuration.md`. A new key is an entry under `keys/` and its use.
 *
 * Rules between keys are in {@linkcode checkConfig}.
 */
export const configTable = {
  preset: {
    kind: "choice",
    choices: Object.keys(trainingPresets) as PresetName[],
    default: "tiny",
    sentence: "The preset that the other values come from unless they are set; chosen by --preset or in a file",
  },
  device: deviceKeys,
  model: modelKeys,
  recipe: {
    kind: "recipe",
    default: ({ recipe }: TrainingPreset): Recipe => recipe,
    resume: "recorded",
    sentence: "Dense and sparse steps in their order; sets train.steps",
  },
  data: dataKeys,
  train: trainKeys,
  optimizer: optimizerKeys,
  distributed: distributedKeys,
  sparsity: sparsityKeys,
  evaluation: evaluationKeys,
  log: logKeys,
} as const satisfies Readonly<Record<string, ConfigField | ConfigSection>>;
