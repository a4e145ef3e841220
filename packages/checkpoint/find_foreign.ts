import { join } from "@std/path";
import { contentFiles, isTemporary, replacedStepOf, stateFile, stepOf, tokenizerFiles } from "./_names.ts";
import { namesIn } from "./_names_in.ts";

const files: readonly string[] = [...contentFiles, ...tokenizerFiles, stateFile];

/**
 * Looks for something in a folder of checkpoints that saving checkpoints has not put there.
 *
 * @param folder Folder of the checkpoints; it may be missing
 * @returns Path of the first such file or folder; undefined when there is none, and the folder can be removed
 * @throws {CheckpointError} If the folder cannot be read
 *
 * @example Find somebody's notes
 * ```ts
 * import { findForeign, saveCheckpoint } from "@beyond24/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const path = await saveCheckpoint(folder, { step: 1, model: [], optimizer: [], config: {}, state: {} });
 * assertEquals(await findForeign(folder), undefined);
 * await Deno.writeTextFile(`${path}/notes.txt`, "mine");
 * assertEquals(await findForeign(folder), `${path}/notes.txt`);
 * ```
 */
export async function findForeign(folder: string): Promise<string | undefined> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const isOurs = stepOf(name) !== undefined || isTemporary(name) || replacedStepOf(name) !== undefined;
    if (!isOurs || !(await Deno.lstat(path)).isDirectory) return path;
    const foreign = (await namesIn(path)).find((file) => !files.includes(file));
    if (foreign !== undefined) return join(path, foreign);
  }
  return undefined;
}
