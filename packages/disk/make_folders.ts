import { dirname } from "@std/path";
import { durableFileSystem } from "./durable_file_system.ts";
import type { FileSystem } from "./file_system.ts";

/**
 * Creates a folder and those above it that are missing, each with its name on the disk. A link to a folder is as good
 * as one.
 *
 * @param path The folder
 * @param fileSystem The disk. Default {@linkcode durableFileSystem}
 * @throws {DiskError} If the system refuses it, or a file is in the way
 *
 * @example Create two folders
 * ```ts
 * import { makeFolders } from "@beyond24/disk";
 * import { assert } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/a/b`;
 * await makeFolders(path);
 * assert((await Deno.stat(path)).isDirectory);
 * ```
 */
export async function makeFolders(path: string, fileSystem: FileSystem = durableFileSystem()): Promise<void> {
  if (await isFolder(path, fileSystem)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolders(parent, fileSystem);
  try {
    await fileSystem.makeFolder(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!await isFolder(path, fileSystem)) throw error;
  }
  await fileSystem.syncFolder(parent);
}

async function isFolder(path: string, fileSystem: FileSystem): Promise<boolean> {
  const found = await fileSystem.look(path);
  return found?.kind === "folder" || found?.kind === "link";
}
