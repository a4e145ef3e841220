import {
  CheckpointError,
  listCheckpoints,
  loadCheckpoint,
  loadNewestCheckpoint,
  recoverCheckpoints,
  type StoredCheckpoint,
} from "@beyond24/checkpoint";

/**
 * The checkpoint that a run goes on from.
 *
 * @param folder Folder of the checkpoints
 * @param step Its step; left out for the newest whole one
 * @param onWarning Is told of every checkpoint that is passed over
 * @returns The checkpoint; undefined where there is none, as the run was stopped before its first
 * @throws {CheckpointError} If none is whole, or there is none of this step
 */
export async function checkpointToResume(
  folder: string,
  step: number | undefined,
  onWarning: (message: string) => void,
): Promise<StoredCheckpoint | undefined> {
  await recoverCheckpoints(folder);
  const entries = await listCheckpoints(folder);
  if (step === undefined) return entries.length === 0 ? undefined : await loadNewestCheckpoint(folder, { onWarning });
  const path = entries.find((entry) => entry.step === step)?.path;
  if (path !== undefined) return await loadCheckpoint(path);
  const steps = entries.map((entry) => entry.step).join(", ") || "none";
  throw new CheckpointError(`Cannot go back to step ${step} as ${folder} has no checkpoint of it: there are ${steps}`);
}

/** Removes the checkpoints behind a step: a run that went back to it must not go on from them again. */
export async function removeCheckpointsAfter(folder: string, step: number): Promise<void> {
  for (const entry of await listCheckpoints(folder)) {
    if (entry.step > step) await Deno.remove(entry.path, { recursive: true });
  }
}
