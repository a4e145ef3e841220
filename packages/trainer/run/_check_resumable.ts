import { CheckpointError, type JsonValue } from "@beyond24/checkpoint";
import { flattenConfig, type RunConfig } from "@beyond24/run";

/** What a resumed run may change: everything else would change its numbers. */
export const resumableKeys: readonly string[] = [
  "device.name",
  "device.threads",
  "device.blas",
  "data.paths",
  "train.checkpointEvery",
  "train.keepCheckpoints",
];

/** Throws when a run would go on with other numbers than it began with. */
export function checkResumable(config: RunConfig, saved: JsonValue): void {
  const before = flattenConfig(saved, "the checkpoint's configuration");
  const after = flattenConfig(config, "the configuration");
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (resumableKeys.includes(key) || JSON.stringify(before[key]) === JSON.stringify(after[key])) continue;
    throw new CheckpointError(
      `Cannot resume as ${key} was ${JSON.stringify(before[key])}: current value is ${JSON.stringify(after[key])}`,
    );
  }
}
