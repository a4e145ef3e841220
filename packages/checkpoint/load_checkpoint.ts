import { basename, join } from "@std/path";
import { checkpointName, contentFiles, stateFile, tokenizerFiles } from "./_names.ts";
import { checkFile, readJson, readState } from "./_read_files.ts";
import type { StoredCheckpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";

/**
 * Checks size and checksum of each file of a checkpoint, piece by piece, and loads those that are small. The tensors
 * are left on the disk, to be read one by one.
 *
 * @param path Folder of the checkpoint, such as `run/checkpoints/step-00000200`
 * @returns The checkpoint; its files are whole
 * @throws {CheckpointError} If a file is missing, cut off, corrupt or foreign; the message names it
 *
 * @example Refuse a folder that is no checkpoint
 * ```ts
 * import { loadCheckpoint } from "@beyond24/checkpoint";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadCheckpoint("no/such/folder"), Error, "state.json");
 * ```
 */
export async function loadCheckpoint(path: string): Promise<StoredCheckpoint> {
  const { step, files, state } = await readState(join(path, stateFile));
  if (checkpointName(step) !== basename(path)) {
    throw new CheckpointError(`Cannot load checkpoint ${path} as it holds another step: current value is ${step}`);
  }
  const hasTokenizer = tokenizerFiles.some((name) => files[name] !== undefined);
  for (const name of [...contentFiles, ...(hasTokenizer ? tokenizerFiles : [])]) {
    await checkFile(join(path, name), files[name]);
  }
  const [model, optimizer] = [join(path, "model.safetensors"), join(path, "optimizer.safetensors")];
  const tokenizer = hasTokenizer ? { tokenizer: join(path, "tokenizer.json") } : {};
  return { step, model, optimizer, config: await readJson(join(path, "config.json")), state, ...tokenizer };
}
