import { join } from "@std/path";
import { stepOf } from "./_names.ts";
import { namesIn } from "./_names_in.ts";

/** A folder that is named like a checkpoint; whether it is whole shows when it is loaded. */
export interface CheckpointEntry {
  /** Optimizer steps done, from the name. */
  readonly step: number;
  /** Path of the folder. */
  readonly path: string;
}

/**
 * The checkpoints in a folder by name, newest first. Nothing is read but the names.
 *
 * @param folder Folder that holds `step-00000200` and the like; it may be missing
 * @returns Step and path of each
 * @throws {CheckpointError} If the folder cannot be read
 *
 * @example Look into an empty folder
 * ```ts
 * import { listCheckpoints } from "@beyond24/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await listCheckpoints("no/such/folder"), []);
 * ```
 */
export async function listCheckpoints(folder: string): Promise<CheckpointEntry[]> {
  const entries = (await namesIn(folder)).flatMap((name) => {
    const step = stepOf(name);
    return step === undefined ? [] : [{ step, path: join(folder, name) }];
  });
  return entries.sort((a, b) => b.step - a.step);
}
