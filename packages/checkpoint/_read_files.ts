import { FileDigest, type FileRecord } from "./_file_digest.ts";
import { decodeStateFile, type StateFile } from "./_state_file.ts";
import type { JsonValue } from "./checkpoint.ts";
import { basename } from "@std/path";
import { tokenizerFiles } from "./_names.ts";
import { CheckpointError } from "./checkpoint_error.ts";

/** Bytes that are read at once. */
const pieceBytes = 1 << 20;
/** Most bytes of a file of JSON, far more than any has. */
const mostJsonBytes = 1 << 26;

/** Reads `state.json`. */
export async function readState(path: string): Promise<StateFile> {
  const bytes = await readWhole(path);
  try {
    return decodeStateFile(bytes);
  } catch (error) {
    throw new CheckpointError(`Cannot load checkpoint as ${path} ${reasonOf(error)}`, { cause: error });
  }
}

/** Refuses a file whose size or checksum is not what was written. */
export async function checkFile(path: string, expected: FileRecord | undefined): Promise<void> {
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

/** Reads a small file of JSON. */
export async function readJson(path: string): Promise<JsonValue> {
  const bytes = await readWhole(path);
  return await orRefuse(path, () => Promise.resolve(JSON.parse(new TextDecoder().decode(bytes))));
}

async function readWhole(path: string): Promise<Uint8Array> {
  return await orRefuse(path, async () => {
    const { size } = await fileInfo(path);
    if (size > mostJsonBytes) throw new RangeError(`${size} bytes, which is too many`);
    return await Deno.readFile(path);
  });
}

/** Size and checksum of a file on the disk. */
export async function recordOf(path: string): Promise<FileRecord> {
  await fileInfo(path);
  using file = await Deno.open(path);
  const digest = new FileDigest();
  const piece = new Uint8Array(pieceBytes);
  for (let read = await file.read(piece); read !== null; read = await file.read(piece)) {
    digest.add(piece.subarray(0, read));
  }
  return digest.record();
}

/** Opening a pipe would wait for somebody to write into it. */
async function fileInfo(path: string): Promise<Deno.FileInfo> {
  const info = await Deno.stat(path);
  if (info.isFile) return info;
  throw new TypeError("a folder, pipe or device and no file");
}

async function orRefuse<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new CheckpointError(`Cannot load checkpoint as ${path} is missing${wayOut(path)}`, { cause: error });
    }
    throw new CheckpointError(`Cannot load checkpoint as ${path} cannot be read: current value is ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Files of the tokenizer lie in several places, to the byte. */
function wayOut(path: string): string {
  const name = basename(path);
  const isOfTokenizer = tokenizerFiles.some((other) => other === name);
  return isOfTokenizer ? `: copy ${name} from the run's folder, another checkpoint or the prepared tokens` : "";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
