import { type Device, OutOfMemoryError } from "@beyond24/device";
import { precisions } from "@beyond24/recipe";
import type { RunConfig } from "@beyond24/run";
import { fittingChanges, processMemory } from "../plan/fitting_changes.ts";

/**
 * Refuses a run that the device of each of some processes has no room for before anything is allocated: drawing the
 * weights of a large model takes minutes.
 *
 * @throws {OutOfMemoryError} If the plan says more bytes than the device has
 */
export function checkMemory(
  config: RunConfig,
  { name, memoryBytes = Infinity, activationType, logitsBytes }: Device,
  processes = 1,
): void {
  const precision = activationType === "f32" ? precisions.float32 : precisions.bfloat16;
  const memory = { processes, precision, ...(logitsBytes === undefined ? {} : { logitsBytes }) };
  const { total } = processMemory(config, memory);
  if (total <= memoryBytes) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const changes = fittingChanges(config, memory, memoryBytes, name === "cuda" ? 1024 : processes)
    .map(({ set, bytes }) => `${set} (${gigabytes(bytes)})`);
  throw new OutOfMemoryError(
    `Cannot train this model as it takes ${gigabytes(total)} and the device has ${gigabytes(memoryBytes)}: ` +
      (changes.length === 0 ? "only a smaller model fits" : `set ${changes.join(", or ")}`) + "; plan shows what for",
  );
}
