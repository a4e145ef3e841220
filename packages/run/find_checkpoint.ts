import {
  CheckpointError,
  loadCheckpoint,
  loadNewestCheckpoint,
  type LoadNewestCheckpointOptions,
} from "@beyond24/checkpoint";
import type { StoredCheckpoint } from "@beyond24/checkpoint";
import { basename, dirname, join, resolve } from "@std/path";
import { runFolder } from "./run_folder.ts";

/** A path that names a run, and one of its checkpoints where it says so. */
export interface RunPath {
  /** Folder of the run. */
  readonly run: string;
  /** Step of the checkpoint; undefined for the newest one. */
  readonly step: number | undefined;
}

/**
 * Reads a path as that of a run, or of a checkpoint in one.
 *
 * @param path Such as `runs/mine` or `runs/mine/checkpoints/step-00000200`
 * @returns Run and step
 *
 * @example Name a checkpoint
 * ```ts
 * import { parseRunPath } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRunPath("/runs/mine/checkpoints/step-00000200"), { run: "/runs/mine", step: 200 });
 * assertEquals(parseRunPath("runs/mine"), { run: "runs/mine", step: undefined });
 * ```
 */
export function parseRunPath(path: string): RunPath {
  const whole = resolve(path);
  const digits = /^step-(\d{8,15})$/.exec(basename(whole))?.[1];
  if (digits === undefined || basename(dirname(whole)) !== "checkpoints") return { run: path, step: undefined };
  // The path of the user, so that messages name the run as they do.
  return { run: join(path, "..", ".."), step: Number(digits) };
}

/**
 * Loads a checkpoint by its path, or the newest whole one of a run.
 *
 * @param path Folder of a checkpoint, of a run, or of a run's dense twin (`run/baseline`)
 * @param options Who hears of checkpoints of a run that are not whole
 * @returns The checkpoint
 * @throws {CheckpointError} If it is not whole, or none is
 *
 * @example Refuse a folder without checkpoints
 * ```ts
 * import { findCheckpoint } from "@beyond24/run";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => findCheckpoint("no/such/run"), Error, "there is no such folder");
 * ```
 */
export async function findCheckpoint(
  path: string,
  options: LoadNewestCheckpointOptions = {},
): Promise<StoredCheckpoint> {
  await checkFolder(path);
  if (parseRunPath(path).step !== undefined || await isCheckpoint(path)) return await loadCheckpoint(path);
  return await loadNewestCheckpoint(runFolder(path).checkpoints, options);
}

/** What people name instead of a run. */
async function checkFolder(path: string): Promise<void> {
  const refuse = (reason: string): never => {
    throw new CheckpointError(`Cannot load a checkpoint from ${path} as ${reason}`);
  };
  const isFolder = await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => undefined);
  if (isFolder === undefined) refuse("there is no such folder");
  if (isFolder === false) refuse("it is a file: name the folder of a run, or of a checkpoint");
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  const isExport = names.includes("generation_config.json") && !names.includes("checkpoints");
  if (isExport) refuse("it is an exported model: deno task import makes a run of it");
}

/**
 * Whether a folder is a checkpoint, which has a configuration as a run has: it is known by the file that makes it
 * whole, also where it was carried elsewhere.
 *
 * @param path The folder
 * @returns Whether it is one; a run is none
 *
 * @example A folder that is not there is none
 * ```ts
 * import { isCheckpoint } from "@beyond24/run";
 * import { assert } from "@std/assert";
 *
 * assert(!await isCheckpoint("no/such/folder"));
 * ```
 */
export async function isCheckpoint(path: string): Promise<boolean> {
  return await Deno.stat(join(path, "state.json")).then(({ isFile }) => isFile, () => false);
}
