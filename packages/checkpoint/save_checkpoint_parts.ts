import { durableFileSystem, type FileSystem, type SharedFile, writeParts, writingFolder } from "@beyond24/disk";
import { join } from "@std/path";
import { checkpointName } from "./_names.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";

/** Whether all processes are well, asked by each of them in the same places; each says whether it is. */
export type Agree = (isWell: boolean) => Promise<boolean>;

/** What a process that is not the first has of a checkpoint. */
export interface CheckpointParts extends Pick<Checkpoint, "step"> {
  /** What it has of `model.safetensors`. */
  readonly model: SharedFile;
  /** What it has of `optimizer.safetensors`. */
  readonly optimizer: SharedFile;
}

/**
 * Writes what this process has of files that the first one has created, when all have heard of it, and returns when all
 * have written what they have.
 */
export async function writeShared(
  folder: string,
  files: readonly (readonly [name: string, file: SharedFile])[],
  agree: Agree,
  fileSystem: FileSystem,
): Promise<void> {
  await together(agree, () => Promise.resolve()); // the files are there
  await together(agree, async () => {
    for (const [name, { parts }] of files) await writeParts(join(folder, name), parts, fileSystem);
  });
}

/**
 * Does work that all processes have to succeed in.
 *
 * @throws What went wrong here, or a {@linkcode CheckpointError} where it did elsewhere
 */
async function together(agree: Agree, work: () => Promise<void>): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  try {
    await work();
  } catch (error) {
    failure = { error };
  }
  if (await agree(failure === undefined)) return;
  if (failure !== undefined) throw failure.error;
  throw new CheckpointError("Cannot save checkpoint as another process cannot write its part: see what that one says");
}

/**
 * Writes what this process has of a checkpoint that the first one saves ({@linkcode saveCheckpoint}) at the same time.
 *
 * @param folder Folder of the checkpoints, the same for all processes
 * @param parts What this process has
 * @param agree Asks all processes
 * @param fileSystem The disk. Default {@linkcode durableFileSystem}
 * @throws {CheckpointError} If this process or another one cannot write its part
 *
 * @example Two processes, here in one
 * ```ts
 * import { loadNewestCheckpoint, saveCheckpoint, saveCheckpointParts } from "@beyond24/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * async function* part(offset: number) {
 *   yield { offset, bytes: Uint8Array.of(offset) };
 * }
 * const file = (rank: number) => ({ bytes: 2, parts: part(rank) });
 * const waiting: ((all: boolean) => void)[] = [];
 * const agree = (isWell: boolean) =>
 *   new Promise<boolean>((resolve) => {
 *     waiting.push(resolve);
 *     if (waiting.length === 2) { for (const answer of waiting.splice(0)) answer(isWell); }
 *   });
 * const folder = await Deno.makeTempDir();
 * const first = { step: 1, model: file(0), optimizer: file(0), config: {}, state: {} };
 * await Promise.all([
 *   saveCheckpoint(folder, first, { agree }),
 *   saveCheckpointParts(folder, { step: 1, model: file(1), optimizer: file(1) }, agree),
 * ]);
 * assertEquals(await Deno.readFile((await loadNewestCheckpoint(folder)).model), Uint8Array.of(0, 1));
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveCheckpointParts(
  folder: string,
  { step, model, optimizer }: CheckpointParts,
  agree: Agree,
  fileSystem: FileSystem = durableFileSystem(),
): Promise<void> {
  const files = [["model.safetensors", model], ["optimizer.safetensors", optimizer]] as const;
  await writeShared(writingFolder(join(folder, checkpointName(step))), files, agree, fileSystem);
}
