import type { FilePieces } from "./checkpoint.ts";

/**
 * What saving does to a disk. A test passes one that fails at a chosen operation; nobody else needs another one than
 * {@linkcode durableFileSystem}.
 */
export interface CheckpointFileSystem {
  /** Creates a folder and those above it. */
  makeFolder(path: string): Promise<void>;
  /** Writes a file piece by piece and returns when its contents are on the disk. */
  writeFile(path: string, pieces: FilePieces): Promise<void>;
  /** Returns when the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  /** Moves a folder to a name that is free. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a folder with everything in it. */
  remove(path: string): Promise<void>;
}

async function writeFile(path: string, pieces: FilePieces): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for await (const piece of pieces) {
    for (let written = 0; written < piece.length;) written += await file.write(piece.subarray(written));
  }
  await file.sync();
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder as a file; it also has no need to, NTFS keeps names in its journal.
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path);
  await folder.sync();
}

/** The disk, with fsync after every write. */
export const durableFileSystem: CheckpointFileSystem = {
  makeFolder: (path) => Deno.mkdir(path, { recursive: true }),
  writeFile,
  syncFolder,
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path, { recursive: true }),
};
