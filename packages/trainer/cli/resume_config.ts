import {
  applyConfig,
  configField,
  type ConfigValues,
  currentValues,
  flattenConfig,
  readRunConfig,
  type RunConfig,
  runFolder,
  UsageError,
} from "@beyond24/run";
import { resizeRecipe } from "@beyond24/recipe";
import { parseAssignments } from "../config/parse_assignments.ts";
import { keyValues } from "./config_flags.ts";
import { flagName } from "./flag.ts";
import { type TrainFlags, trainFlags } from "./train_flags.ts";

const forbidden = ["preset", "config", "seed", "baseline", "out", "overwrite", "initFrom"] as const;

/** How a run goes on. */
export interface ResumeConfig {
  /** What the run records as its configuration. */
  readonly config: RunConfig;
  /** Where it is computed this time. */
  readonly device: RunConfig["device"];
}

/**
 * The configuration of a run that goes on: its own, with the values that a run may change. More or fewer steps lengthen
 * or cut off its last phase and leave the warm-up as it was; another device counts for this time. A value that a run
 * keeps may be repeated.
 */
export async function resumeConfig(
  folder: string,
  flags: TrainFlags,
  onWarning: (message: string) => void,
): Promise<ResumeConfig> {
  for (const name of forbidden) {
    if (flags[name] === undefined || flags[name] === false) continue;
    throw new UsageError(`Cannot use ${flagName(name)} with --resume as a run goes on with its own configuration`);
  }
  const own = await readRunConfig(runFolder(folder), onWarning);
  const given = currentValues({ ...keyValues(trainFlags, flags), ...parseAssignments(flags.set ?? []) }, own);
  const changes = withoutRepeats(given, own);
  const [once, kept] = [only(changes, (resume) => resume === "once"), only(changes, (resume) => resume !== "once")];
  const config = applyConfig(own, { ...stepsOf(own, kept), ...kept }, "--set");
  return { config, device: applyConfig(config, once, "--set").device };
}

/** Values without those of keys that a run keeps which are its own: to repeat them changes nothing. */
function withoutRepeats(values: ConfigValues, own: RunConfig): ConfigValues {
  const now = flattenConfig(own, "the run");
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => configField(key).resume !== undefined || value !== now[key]),
  );
}

function only(values: ConfigValues, belongs: (resume: string) => boolean): ConfigValues {
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => {
      const { resume } = configField(key);
      if (resume !== undefined) return belongs(resume);
      throw new UsageError(
        `Cannot change ${key} with --resume as a run keeps it: begin a new one, with --init-from from its weights`,
      );
    }),
  );
}

/** What a number of steps means for a run that has begun: unlike one that begins, it is not scaled. */
function stepsOf({ recipe, optimizer }: RunConfig, values: ConfigValues): ConfigValues {
  const steps = values["train.steps"];
  if (typeof steps !== "number" || !Number.isSafeInteger(steps) || steps < 1) return {};
  return { recipe: resizeRecipe(recipe, steps), "optimizer.warmupSteps": optimizer.warmupSteps };
}
