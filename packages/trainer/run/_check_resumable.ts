import { CheckpointError, type JsonValue } from "@beyond24/checkpoint";
import { configFields, flattenConfig, presetConfig, type RunConfig } from "@beyond24/run";

/** What a resumed run may change: everything else would change its numbers. */
export const resumableKeys: readonly string[] = [...configFields].filter(([, { isFree }]) => isFree).map(([key]) =>
  key
);

/** Throws when a run would go on with other numbers than it began with. */
export function checkResumable(config: RunConfig, saved: JsonValue): void {
  // A key that is younger than the checkpoint had its default.
  const defaults = flattenConfig(presetConfig(config.preset), config.preset);
  const before = { ...defaults, ...flattenConfig(saved, "the checkpoint's configuration") };
  const after = flattenConfig(config, "the configuration");
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (resumableKeys.includes(key) || JSON.stringify(before[key]) === JSON.stringify(after[key])) continue;
    throw new CheckpointError(
      `Cannot resume as ${key} was ${JSON.stringify(before[key])}: current value is ${JSON.stringify(after[key])}`,
    );
  }
}
