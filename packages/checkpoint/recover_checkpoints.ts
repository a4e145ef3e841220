import { durableFileSystem, type FileSystem } from "@beyond24/disk";
import { join } from "@std/path";
import { checkpointName, isTemporary, replacedStepOf } from "./_names.ts";
import { namesIn } from "./_names_in.ts";

/**
 * Tidies what a process left that was killed while it saved: unfinished checkpoints are removed, and one that had
 * stepped aside for a new one of the same step gets its name back when the new one did not get it.
 *
 * @param folder Folder of the checkpoints; it may be missing
 * @param fileSystem The disk. Default {@linkcode durableFileSystem}
 * @returns Names of the folders that were found
 * @throws {CheckpointError} If the folder cannot be read
 * @throws {DiskError} If something cannot be renamed or removed; the message names it
 *
 * @example Clean up
 * ```ts
 * import { recoverCheckpoints } from "@beyond24/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/.writing-step-00000200`);
 * assertEquals(await recoverCheckpoints(folder), [".writing-step-00000200"]);
 * assertEquals([...Deno.readDirSync(folder)], []);
 * await Deno.remove(folder);
 * ```
 */
export async function recoverCheckpoints(
  folder: string,
  fileSystem: FileSystem = durableFileSystem(),
): Promise<string[]> {
  const names = await namesIn(folder);
  const found: string[] = [];
  for (const name of names) {
    const replaced = replacedStepOf(name);
    if (replaced === undefined && !isTemporary(name)) continue;
    found.push(name);
    const path = join(folder, name);
    const takesNameBack = replaced !== undefined && !names.includes(checkpointName(replaced));
    if (takesNameBack) await fileSystem.rename(path, join(folder, checkpointName(replaced)));
    else await fileSystem.remove(path);
  }
  if (found.length > 0) await fileSystem.syncFolder(folder);
  return found;
}
