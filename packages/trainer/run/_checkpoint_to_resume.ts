import {
  CheckpointError,
  listCheckpoints,
  loadCheckpoint,
  loadNewestCheckpoint,
  recoverCheckpoints,
  type StoredCheckpoint,
} from "@beyond24/checkpoint";
import type { FileSystem } from "@beyond24/disk";

/**
 * The checkpoint that a run goes on from.
 *
 * @param place Folder of the checkpoints, and the disk
 * @param step Its step; left out for the newest whole one
 * @param onWarning Is told of every checkpoint that is passed over
 * @returns The checkpoint; undefined where there is none, as the run was stopped before its first
 * @throws {CheckpointError} If none is whole, or there is none of this step
 */
export async function checkpointToResume(
  { checkpoints: folder, fileSystem }: { readonly checkpoints: string; readonly fileSystem: FileSystem },
  step: number | undefined,
  onWarning: (message: string) => void,
): Promise<StoredCheckpoint | undefined> {
  await recoverCheckpoints(folder, fileSystem);
  const entries = await listCheckpoints(folder);
  if (step === undefined) return entries.length === 0 ? undefined : await loadNewestCheckpoint(folder, { onWarning });
  const path = entries.find((entry) => entry.step === step)?.path;
  if (path !== undefined) return await loadCheckpoint(path);
  const steps = entries.map((entry) => entry.step).join(", ") || "none";
  throw new CheckpointError(`Cannot go back to step ${step} as ${folder} has no checkpoint of it: there are ${steps}`);
}

/** Removes the checkpoints behind a step: a run that went back to it must not go on from them again. */
export async function removeCheckpointsAfter(folder: string, step: number, fileSystem: FileSystem): Promise<void> {
  const later = (await listCheckpoints(folder)).filter((entry) => entry.step > step);
  for (const { path } of later) await fileSystem.remove(path);
  if (later.length > 0) await fileSystem.syncFolder(folder);
}
