import {
  CheckpointError,
  listCheckpoints,
  loadCheckpoint,
  loadNewestCheckpoint,
  recoverCheckpoints,
  type StoredCheckpoint,
} from "@beyond24/checkpoint";
import type { FileSystem } from "@beyond24/disk";
import type { RunChange } from "@beyond24/run";
import type { RunState } from "./_run_state.ts";

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

/** The data of steps, and what computed them. */
export type StepPlace = Pick<RunState, "corpus" | "device">;

/**
 * What changes where a run goes on from steps that are done: nothing but the device and the number of processes may.
 *
 * @param step Steps that are done
 * @param before Where they were computed
 * @param after Where the next ones will be
 * @param onWarning Is told of another device, or number of processes
 * @returns The change of these, if there is one
 * @throws {CheckpointError} If the data is another
 */
export function placeChanges(
  step: number,
  before: StepPlace,
  after: StepPlace,
  onWarning: (message: string) => void,
): RunChange[] {
  if (before.corpus !== after.corpus) {
    throw new CheckpointError(
      "Cannot resume as the data is not what the run began with: use the same files, of the same revision where they " +
        "are beyond24's own, or begin a new run",
    );
  }
  if (before.device === after.device) return [];
  onWarning(
    `This run goes on at another place, so numbers may differ in the last bits: before ${before.device}, ` +
      `now ${after.device}`,
  );
  return [{ step, key: "device", before: before.device, after: after.device }];
}

/** Removes the checkpoints behind a step: a run that went back to it must not go on from them again. */
export async function removeCheckpointsAfter(folder: string, step: number, fileSystem: FileSystem): Promise<void> {
  const later = (await listCheckpoints(folder)).filter((entry) => entry.step > step);
  for (const { path } of later) await fileSystem.remove(path);
  if (later.length > 0) await fileSystem.syncFolder(folder);
}
