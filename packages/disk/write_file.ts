import { DiskError } from "./disk_error.ts";
import type { FilePieces, FileSystem, WritableFile } from "./file_system.ts";

/**
 * Writes a new file and returns when its contents are on the disk. Its name is not yet: sync the folder.
 *
 * @param path The file; nothing may have its name
 * @param pieces What it is to hold
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it, or the file is not as long as what was written
 * @throws Whatever making a piece throws
 *
 * @example Write a file of two pieces
 * ```ts
 * import { durableFileSystem, writeFile } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/file`;
 * await writeFile(path, [Uint8Array.of(1), Uint8Array.of(2)], durableFileSystem());
 * assertEquals(await Deno.readFile(path), Uint8Array.of(1, 2));
 * ```
 */
export async function writeFile(path: string, pieces: FilePieces, fileSystem: FileSystem): Promise<void> {
  const file = await fileSystem.create(path);
  try {
    let written = 0;
    for await (const piece of pieces) {
      await writeAll(file, piece, path);
      written += piece.length;
    }
    await file.sync();
    const { size } = await file.look();
    if (size === written) return;
    throw new DiskError(`Cannot write ${path} as ${written} bytes were written: current value is ${size} on the disk`);
  } finally {
    file.close();
  }
}

/** Writes all bytes at the end of a file. */
export async function writeAll(file: WritableFile, bytes: Uint8Array, path: string): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const count = await file.write(bytes.subarray(written));
    if (count === 0) throw new DiskError(`Cannot write ${path} as the disk takes no more: current value is 0 bytes`);
    written += count;
  }
}
