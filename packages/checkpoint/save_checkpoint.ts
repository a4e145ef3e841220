import {
  DiskError,
  durableFileSystem,
  type FilePieces,
  type FileSystem,
  makeFolders,
  replaceFolder,
  reserveFile,
  type SharedFile,
  writeFile,
} from "@beyond24/disk";
import { join } from "@std/path";
import { checkpointName, contentFiles, stateFile, tokenizerFiles } from "./_names.ts";
import { FileDigest, type FileRecord } from "./_file_digest.ts";
import { recordOf } from "./_read_files.ts";
import { encodeJson, encodeStateFile, formatName, formatVersion } from "./_state_file.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import { listCheckpoints } from "./list_checkpoints.ts";
import { type Agree, writeShared } from "./save_checkpoint_parts.ts";

/** Options of {@linkcode saveCheckpoint}. */
export interface SaveCheckpointOptions {
  /** Checkpoints to keep, the new one included, an integer >= 1. Default 2. */
  readonly keep?: number;
  /** The disk. Default {@linkcode durableFileSystem}. */
  readonly fileSystem?: FileSystem;
  /** Is told of an older checkpoint that cannot be removed; the next save tries again. */
  readonly onWarning?: (message: string) => void;
  /**
   * Where other processes have parts of the files ({@linkcode saveCheckpointParts}): asks all of them whether they are
   * well.
   */
  readonly agree?: Agree;
}

/**
 * Saves a checkpoint so that at every moment a whole one is on the disk. Large files pass through memory piece by
 * piece.
 *
 * The files are written into a hidden folder beside it and synced, `state.json` with the checksums last; then the
 * folder gets its name and the name is synced; only then are older checkpoints removed. A failure removes the hidden
 * folder and leaves all older checkpoints as they were. Of files that several processes write this one, the first,
 * reads the checksums when all of them are done. A link in the place of a folder is not followed. Folders of *later*
 * steps (a run went back to an older checkpoint because they were corrupt) are left alone.
 *
 * @param folder Folder of the checkpoints; created when missing
 * @param checkpoint What to save
 * @param options How many to keep
 * @returns Path of the checkpoint
 * @throws {RangeError} If `keep` or the step is out of bounds
 * @throws {CheckpointError} If the disk is full or refuses; the message names the folder
 * @throws Whatever making a piece throws
 *
 * @example Save and load
 * ```ts
 * import { loadNewestCheckpoint, saveCheckpoint } from "@beyond24/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const checkpoint = {
 *   step: 200,
 *   model: [Uint8Array.of(1), Uint8Array.of(2)], // in one piece or many
 *   optimizer: [Uint8Array.of(3)],
 *   config: { seed: 1 },
 *   state: { epoch: 0 },
 * };
 * await saveCheckpoint(folder, checkpoint);
 * const { model, state } = await loadNewestCheckpoint(folder);
 * assertEquals(await Deno.readFile(model), Uint8Array.of(1, 2));
 * assertEquals(state, checkpoint.state);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  options: SaveCheckpointOptions = {},
): Promise<string> {
  const { keep = 2, fileSystem = durableFileSystem(), onWarning, agree = alone } = options;
  checkInteger(checkpoint.step, 0, "step");
  checkInteger(keep, 1, "keep");
  const path = join(folder, checkpointName(checkpoint.step));
  // Other processes wait for the files that they have parts of.
  let areWaiting = sharedFiles(checkpoint).length > 0;
  try {
    await makeFolders(folder, fileSystem);
    await refuseLink(folder, fileSystem);
    await replaceFolder(path, async (temporary) => {
      for (const [name, { bytes }] of sharedFiles(checkpoint)) {
        await reserveFile(join(temporary, name), bytes, fileSystem);
      }
      if (areWaiting) {
        areWaiting = false;
        await writeShared(temporary, sharedFiles(checkpoint), agree, fileSystem);
      }
      await writeFiles(temporary, checkpoint, fileSystem);
    }, fileSystem);
  } catch (error) {
    if (areWaiting) await agree(false);
    if (!(error instanceof DiskError)) throw error;
    throw new CheckpointError(`${error.message}. Older checkpoints are intact`, { cause: error });
  }
  await removeOlder(folder, checkpoint.step, keep, fileSystem).catch((error: unknown) => {
    if (!(error instanceof DiskError || error instanceof CheckpointError)) throw error;
    onWarning?.(`${error.message}. The next checkpoint tries again`);
  });
  return path;
}

async function refuseLink(path: string, fileSystem: FileSystem): Promise<void> {
  if ((await fileSystem.look(path))?.kind !== "link") return;
  throw new DiskError(
    `Cannot write into ${path} as it must be a folder: current value is a link, which is not followed`,
  );
}

function alone(isWell: boolean): Promise<boolean> {
  return Promise.resolve(isWell);
}

function isShared(content: FilePieces | SharedFile): content is SharedFile {
  return "parts" in content;
}

/** The files that other processes have parts of. */
function sharedFiles({ model, optimizer }: Checkpoint): (readonly [name: string, file: SharedFile])[] {
  const files = [["model.safetensors", model], ["optimizer.safetensors", optimizer]] as const;
  return files.flatMap(([name, content]) => isShared(content) ? [[name, content]] : []);
}

async function writeFiles(folder: string, checkpoint: Checkpoint, fileSystem: FileSystem): Promise<void> {
  const { step, state, tokenizer } = checkpoint;
  const utf8 = new TextEncoder();
  const contents: Record<(typeof contentFiles)[number], FilePieces | SharedFile> = {
    "model.safetensors": checkpoint.model,
    "optimizer.safetensors": checkpoint.optimizer,
    "config.json": [encodeJson(checkpoint.config)],
  };
  const pieces: [string, FilePieces | SharedFile][] = [
    ...contentFiles.map((name): [string, FilePieces | SharedFile] => [name, contents[name]]),
    ...(tokenizer === undefined ? [] : tokenizerFiles.map((name): [string, FilePieces] => [
      name,
      [utf8.encode(tokenizer[name])],
    ])),
  ];
  const files: Record<string, FileRecord> = {};
  for (const [name, content] of pieces) files[name] = await writeContent(join(folder, name), content, fileSystem);
  const bytes = encodeStateFile({ format: formatName, version: formatVersion, step, files, state });
  await writeFile(join(folder, stateFile), [bytes], fileSystem);
}

/** Size and checksum of what was written; of what several processes wrote, as it lies on the disk. */
async function writeContent(
  path: string,
  content: FilePieces | SharedFile,
  fileSystem: FileSystem,
): Promise<FileRecord> {
  if (isShared(content)) return await recordOf(path);
  const digest = new FileDigest();
  await writeFile(path, digest.watch(content), fileSystem);
  return digest.record();
}

async function removeOlder(folder: string, step: number, keep: number, fileSystem: FileSystem): Promise<void> {
  const upToNow = (await listCheckpoints(folder)).filter((entry) => entry.step <= step);
  for (const { path } of upToNow.slice(keep)) await fileSystem.remove(path);
}

function checkInteger(value: number, minimum: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new RangeError(`Cannot save checkpoint as ${name} must be an integer >= ${minimum}: current value is ${value}`);
}
