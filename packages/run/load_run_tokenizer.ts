import { loadTokenizer, type Tokenizer } from "@beyond24/tokenizer";
import { basename, join, resolve } from "@std/path";
import { parseRunPath } from "./find_checkpoint.ts";
import { runFolder } from "./run_folder.ts";

/**
 * Loads the tokenizer that lies in a checkpoint or with a run; a run without one is of bytes.
 *
 * @param path Folder of a run, of its dense twin (`run/baseline`), or of a checkpoint
 * @returns The tokenizer
 * @throws {TokenizerError} If the file holds none
 *
 * @example A run on plain text
 * ```ts
 * import { loadRunTokenizer } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const { vocabularySize } = await loadRunTokenizer("runs/on-plain-text");
 * assertEquals(vocabularySize, 256);
 * ```
 */
export async function loadRunTokenizer(path: string): Promise<Tokenizer> {
  const { run, step } = parseRunPath(path);
  // The dense twin has the tokenizer of the run that it lies in.
  const { tokenizer } = runFolder(basename(resolve(run)) === "baseline" ? join(run, "..") : run);
  for (const file of [...(step === undefined ? [] : [join(path, "tokenizer.json")]), tokenizer]) {
    if (await isFile(file)) return await loadTokenizer(file);
  }
  return await loadTokenizer("bytes");
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}
