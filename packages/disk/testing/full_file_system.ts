import type { FileSystem, WritableFile } from "../file_system.ts";
import { systemError } from "./failing_file_system.ts";

/** A disk with a limit, and what was written to it. */
export interface FullFileSystem {
  /** The disk. */
  readonly fileSystem: FileSystem;
  /** Bytes written so far. */
  readonly written: () => number;
}

/**
 * A disk with room for so many bytes: the write that does not fit is done in part, and every later one fails. What is
 * removed gives no room back. Syncing costs nothing on it.
 *
 * @param below The disk below
 * @param room Bytes that fit; infinite to count them
 * @returns The disk
 *
 * @example Fill a disk
 * ```ts
 * import { denoFileSystem, DiskError, durableFileSystem, replaceFile } from "@beyond24/disk";
 * import { fullFileSystem } from "@beyond24/disk/testing";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const { fileSystem, written } = fullFileSystem(denoFileSystem, 2);
 * const path = await Deno.makeTempFile();
 * await assertRejects(() => replaceFile(path, "new", durableFileSystem({ fileSystem })), DiskError, "is full");
 * assertEquals(written(), 2);
 * ```
 */
export function fullFileSystem(below: FileSystem, room: number): FullFileSystem {
  let written = 0;
  const limited = (file: WritableFile): WritableFile => ({
    ...file,
    sync: () => Promise.resolve(),
    write: async (bytes) => {
      if (written === room && bytes.length > 0) throw systemError("ENOSPC");
      const count = await file.write(bytes.subarray(0, room - written));
      written += count;
      return count;
    },
  });
  const fileSystem: FileSystem = {
    ...below,
    create: async (path) => limited(await below.create(path)),
    openAtEnd: async (path) => limited(await below.openAtEnd(path)),
    open: async (path) => limited(await below.open(path)),
    syncFolder: () => Promise.resolve(),
  };
  return { fileSystem, written: () => written };
}
