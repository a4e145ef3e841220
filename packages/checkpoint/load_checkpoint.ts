import { basename, join } from "@std/path";
import { checkpointName, contentFiles, stateFile } from "./_names.ts";
import { decodeStateFile, type FileRecord, sha256, type StateFile } from "./_state_file.ts";
import type { Checkpoint, JsonValue } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";

/**
 * Loads one checkpoint and checks size and checksum of each of its files.
 *
 * @param path Folder of the checkpoint, such as `run/checkpoints/step-00000200`
 * @returns The checkpoint
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
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const { step, files, state } = await readState(join(path, stateFile));
  if (checkpointName(step) !== basename(path)) {
    throw new CheckpointError(`Cannot load checkpoint ${path} as it holds another step: current value is ${step}`);
  }
  const [model, optimizer, config] = await Promise.all(
    contentFiles.map((name) => readChecked(join(path, name), files[name])),
  );
  if (model === undefined || optimizer === undefined || config === undefined) {
    throw new CheckpointError(`Cannot load checkpoint ${path} as a file is missing`);
  }
  return { step, model, optimizer, config: JSON.parse(new TextDecoder().decode(config)) as JsonValue, state };
}

async function readState(path: string): Promise<StateFile> {
  const bytes = await readFile(path);
  try {
    return await decodeStateFile(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CheckpointError(`Cannot load checkpoint as ${path} ${reason}`, { cause: error });
  }
}

async function readChecked(path: string, record: FileRecord | undefined): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (record === undefined) throw new CheckpointError(`Cannot load checkpoint as ${path} has no checksum on record`);
  if (bytes.length !== record.bytes) {
    throw new CheckpointError(
      `Cannot load checkpoint as ${path} must hold ${record.bytes} bytes: current value is ${bytes.length}`,
    );
  }
  if (await sha256(bytes) === record.sha256) return bytes;
  throw new CheckpointError(`Cannot load checkpoint as ${path} is corrupt: its checksum differs`);
}

async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new CheckpointError(`Cannot load checkpoint as ${path} is missing`, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new CheckpointError(`Cannot load checkpoint as ${path} cannot be read: current value is ${reason}`, {
      cause: error,
    });
  }
}
