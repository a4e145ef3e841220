import type { FileSystem } from "./file_system.ts";
import { writeAll } from "./write_file.ts";

/** Bytes of a file, and where in it they lie. */
export interface FilePart {
  /** Bytes of the file before them. */
  readonly offset: number;
  /** The bytes, valid until the next part is asked for. */
  readonly bytes: Uint8Array;
}

/** A file that several processes write together, and what one of them has of it. */
export interface SharedFile {
  /** Length of the file. */
  readonly bytes: number;
  /** What this process has. All processes together have every byte once. */
  readonly parts: AsyncIterable<FilePart>;
}

/**
 * Creates a file of zeros of which several processes are to write parts.
 *
 * @param path The file; nothing may have its name
 * @param bytes Its length
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it
 *
 * @example A file in two parts
 * ```ts
 * import { durableFileSystem, reserveFile, writeParts } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/file`;
 * const disk = durableFileSystem();
 * async function* part(offset: number) {
 *   yield { offset, bytes: Uint8Array.of(offset + 1) };
 * }
 * await reserveFile(path, 2, disk);
 * await Promise.all([1, 0].map((offset) => writeParts(path, part(offset), disk))); // each by a process of its own
 * assertEquals(await Deno.readFile(path), Uint8Array.of(1, 2));
 * ```
 */
export async function reserveFile(path: string, bytes: number, fileSystem: FileSystem): Promise<void> {
  const file = await fileSystem.create(path);
  try {
    await file.truncate(bytes);
  } finally {
    file.close();
  }
}

/**
 * Writes parts of a file that is there, and returns when they are on the disk.
 *
 * @param path The file
 * @param parts What to write where
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it
 * @throws Whatever making a part throws
 *
 * @example Overwrite the middle
 * ```ts
 * import { durableFileSystem, writeParts } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "abcd");
 * async function* middle() {
 *   yield { offset: 1, bytes: new TextEncoder().encode("BC") };
 * }
 * await writeParts(path, middle(), durableFileSystem());
 * assertEquals(await Deno.readTextFile(path), "aBCd");
 * ```
 */
export async function writeParts(path: string, parts: AsyncIterable<FilePart>, fileSystem: FileSystem): Promise<void> {
  const file = await fileSystem.open(path);
  try {
    let end = 0;
    for await (const { offset, bytes } of parts) {
      if (offset !== end) await file.seek(offset);
      await writeAll(file, bytes, path);
      end = offset + bytes.length;
    }
    await file.sync();
  } finally {
    file.close();
  }
}
