import { dirname } from "@std/path";
import { durableFileSystem } from "./durable_file_system.ts";
import type { FilePieces, FileSystem } from "./file_system.ts";
import { writeFile } from "./write_file.ts";

/**
 * Replaces a file in one step: whatever happens meanwhile, a full disk, a kill, a power cut, the old contents are there
 * or the new ones, never half of them. When it returns, the new ones are on the disk. A link of that name is replaced,
 * not followed.
 *
 * @param path The file
 * @param contents What it is to hold: text, or bytes in pieces
 * @param fileSystem The disk. Default {@linkcode durableFileSystem}
 * @throws {DiskError} If the system refuses it; the old contents stay
 *
 * @example Replace a file
 * ```ts
 * import { replaceFile } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await replaceFile(path, "new");
 * assertEquals(await Deno.readTextFile(path), "new");
 * ```
 */
export async function replaceFile(
  path: string,
  contents: string | FilePieces,
  fileSystem: FileSystem = durableFileSystem(),
): Promise<void> {
  // A name of its own: another process may be replacing the same file.
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.new`;
  try {
    await writeFile(
      temporary,
      typeof contents === "string" ? [new TextEncoder().encode(contents)] : contents,
      fileSystem,
    );
    await fileSystem.rename(temporary, path);
  } catch (error) {
    // The reason is worth more than a failure to clean up.
    await fileSystem.remove(temporary).catch(() => {});
    throw error;
  }
  await fileSystem.syncFolder(dirname(path));
}

/**
 * The file that a name is a replacement of, which a stopped process has left; undefined for all other names.
 *
 * @param name Name of a file without its folder
 * @returns Name of the file that was to be replaced
 *
 * @example Tell leftovers from other files
 * ```ts
 * import { replacedFile } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([replacedFile("summary.json.0f3a9b21.new"), replacedFile("new")], ["summary.json", undefined]);
 * ```
 */
export function replacedFile(name: string): string | undefined {
  return /^(.+)\.[0-9a-f]{8}\.new$/.exec(name)?.[1];
}
