import { type PresetName, type TrainingPreset, trainingPresets } from "@beyond24/recipe";
import { UsageError } from "../usage_error.ts";
import { didYouMean } from "./did_you_mean.ts";

/**
 * The preset of a name.
 *
 * @throws {UsageError} If there is no such preset
 */
export function presetOf(name: string): TrainingPreset {
  if (isPreset(name)) return trainingPresets[name];
  const names = Object.keys(trainingPresets);
  throw new UsageError(
    `Cannot find preset as it must be one of ${names.join(", ")}: current value is ${name}${didYouMean(name, names)}`,
  );
}

function isPreset(name: string): name is PresetName {
  return Object.hasOwn(trainingPresets, name);
}
