import { dirname } from "@std/path";
import { DiskError } from "./disk_error.ts";
import type { FileSystem, WritableFile } from "./file_system.ts";
import { writeAll, writeFile } from "./write_file.ts";

/** A file that only grows. */
export interface FileLog {
  /**
   * Writes at the end.
   *
   * @param bytes What to write
   * @throws {DiskError} If the system refuses it, or the file was removed or replaced since it was opened
   */
  append(bytes: Uint8Array): Promise<void>;
  /**
   * Returns when all that was written is on the disk.
   *
   * @throws {DiskError} If the system refuses it, or the file was removed or replaced since it was opened
   */
  sync(): Promise<void>;
  /** Closes the file. */
  close(): void;
}

/**
 * Opens a file to write at its end, after cutting off what follows its first bytes. Nothing that stays is written
 * again, so that a full disk cannot hurt it. A missing file is created.
 *
 * @param path The file; a link is refused
 * @param size Bytes that stay, at most as many as there are
 * @param fileSystem The disk
 * @returns The log; close it
 * @throws {DiskError} If the system refuses it
 *
 * @example Keep the first line
 * ```ts
 * import { durableFileSystem, openFileLog } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "one\ntwo\n");
 * const log = await openFileLog(path, 4, durableFileSystem());
 * await log.append(new TextEncoder().encode("due\n"));
 * log.close();
 * assertEquals(await Deno.readTextFile(path), "one\ndue\n");
 * ```
 */
export async function openFileLog(path: string, size: number, fileSystem: FileSystem): Promise<FileLog> {
  const there = await fileSystem.look(path);
  if (there === undefined) {
    await writeFile(path, [], fileSystem);
    await fileSystem.syncFolder(dirname(path));
  } else if (there.kind !== "file") {
    throw new DiskError(`Cannot write ${path} as it must be a file: current value is a ${kindNames[there.kind]}`);
  }
  const file = await fileSystem.openAtEnd(path);
  try {
    const found = await file.look();
    if (found.size > size) await file.truncate(size);
    return fileLog(path, file, found.identity, fileSystem);
  } catch (error) {
    file.close();
    throw error;
  }
}

const kindNames = { folder: "folder", link: "link", other: "pipe or device" };

function fileLog(path: string, file: WritableFile, identity: string, fileSystem: FileSystem): FileLog {
  const check = async () => {
    const found = await fileSystem.look(path);
    if (found?.identity === identity) return;
    const event = found === undefined ? "removed" : "replaced";
    throw new DiskError(`Cannot write ${path} as it was ${event} while it was being written`);
  };
  return {
    append: async (bytes) => {
      await check();
      await writeAll(file, bytes, path);
    },
    sync: async () => {
      await check();
      await file.sync();
    },
    close: () => file.close(),
  };
}
