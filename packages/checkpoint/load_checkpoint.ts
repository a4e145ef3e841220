import { basename, join } from "@std/path";
import { FileDigest, type FileRecord } from "./_file_digest.ts";
import { checkpointName, contentFiles, stateFile } from "./_names.ts";
import { decodeStateFile, type StateFile } from "./_state_file.ts";
import type { JsonValue, StoredCheckpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";

/** Bytes that are read at once. */
const pieceBytes = 1 << 20;

/**
 * Checks size and checksum of each file of a checkpoint, piece by piece, and loads those that are small. The tensors are left
 * on the disk, to be read one by one.
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
  for (const name of contentFiles) await checkFile(join(path, name), files[name]);
  const [model, optimizer] = [join(path, "model.safetensors"), join(path, "optimizer.safetensors")];
  return { step, model, optimizer, config: await readJson(join(path, "config.json")), state };
}

async function readState(path: string): Promise<StateFile> {
  const bytes = await orRefuse(path, () => Deno.readFile(path));
  try {
    return decodeStateFile(bytes);
  } catch (error) {
    throw new CheckpointError(`Cannot load checkpoint as ${path} ${reasonOf(error)}`, { cause: error });
  }
}

async function checkFile(path: string, expected: FileRecord | undefined): Promise<void> {
  if (expected === undefined) throw new CheckpointError(`Cannot load checkpoint as ${path} has no checksum on record`);
  const found = await orRefuse(path, () => recordOf(path));
  if (found.bytes !== expected.bytes) {
    throw new CheckpointError(
      `Cannot load checkpoint as ${path} must hold ${expected.bytes} bytes: current value is ${found.bytes}`,
    );
  }
  if (found.sha256 === expected.sha256) return;
  throw new CheckpointError(`Cannot load checkpoint as ${path} is corrupt: its checksum differs`);
}

async function recordOf(path: string): Promise<FileRecord> {
  using file = await Deno.open(path);
  const digest = new FileDigest();
  const piece = new Uint8Array(pieceBytes);
  for (let read = await file.read(piece); read !== null; read = await file.read(piece)) {
    digest.add(piece.subarray(0, read));
  }
  return digest.record();
}

async function readJson(path: string): Promise<JsonValue> {
  return JSON.parse(await orRefuse(path, () => Deno.readTextFile(path))) as JsonValue;
}

async function orRefuse<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new CheckpointError(`Cannot load checkpoint as ${path} is missing`, { cause: error });
    }
    throw new CheckpointError(`Cannot load checkpoint as ${path} cannot be read: current value is ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
