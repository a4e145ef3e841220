import { basename, dirname, join } from "@std/path";
import type { FileSystem } from "./file_system.ts";

/** What stands before the name of a folder that is being written, or has stepped aside. */
const prefixes = { writing: ".writing-", replaced: ".replaced-" } as const;

/**
 * Writes a folder in one step: it gets its name when all that is in it is on the disk, and a folder that had the name
 * is removed after that. A failure leaves what was there.
 *
 * A process that is killed may leave a folder whose name {@linkcode leftoverFolder} knows: one that was being written,
 * or the old one, which has to take its name back where the new one did not get it.
 *
 * @param path The folder; the one above it must be there
 * @param write Writes the contents into the folder that it is given, which is empty
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it
 * @throws Whatever `write` throws
 *
 * @example Write a folder
 * ```ts
 * import { durableFileSystem, replaceFolder, writeFile } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const disk = durableFileSystem();
 * const path = `${await Deno.makeTempDir()}/model`;
 * await replaceFolder(path, (folder) => writeFile(`${folder}/weights`, [Uint8Array.of(1)], disk), disk);
 * assertEquals(await Deno.readFile(`${path}/weights`), Uint8Array.of(1));
 * ```
 */
export async function replaceFolder(
  path: string,
  write: (folder: string) => Promise<void>,
  fileSystem: FileSystem,
): Promise<void> {
  const [temporary, replaced] = [writingFolder(path), aside(path, "replaced")];
  try {
    if (await fileSystem.look(temporary)) await fileSystem.remove(temporary);
    await fileSystem.makeFolder(temporary);
    await write(temporary);
    await fileSystem.syncFolder(temporary);
    await giveName(temporary, path, replaced, fileSystem);
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    // The reason is worth more than a failure to clean up.
    await fileSystem.remove(temporary).catch(() => {});
    throw error;
  }
}

/**
 * Where {@linkcode replaceFolder} writes a folder before it gets its name, for other processes that write into it.
 *
 * @param path The folder
 * @returns The hidden one beside it
 *
 * @example Beside it
 * ```ts
 * import { writingFolder } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(writingFolder("models/large"), "models/.writing-large");
 * ```
 */
export function writingFolder(path: string): string {
  return aside(path, "writing");
}

/** What a stopped {@linkcode replaceFolder} has left. */
export interface LeftoverFolder {
  /** A folder that was being written, or the old one. */
  readonly kind: "writing" | "replaced";
  /** The name that it was to get, or had. */
  readonly name: string;
}

/**
 * Tells what a stopped {@linkcode replaceFolder} has left from other names.
 *
 * @param name Name of a folder without the one above it
 * @returns What it is; undefined for all other names
 *
 * @example Tell leftovers from other folders
 * ```ts
 * import { leftoverFolder } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(leftoverFolder(".writing-model"), { kind: "writing", name: "model" });
 * assertEquals(leftoverFolder("model"), undefined);
 * ```
 */
export function leftoverFolder(name: string): LeftoverFolder | undefined {
  for (const kind of ["writing", "replaced"] as const) {
    if (name.startsWith(prefixes[kind])) return { kind, name: name.slice(prefixes[kind].length) };
  }
  return undefined;
}

function aside(path: string, kind: LeftoverFolder["kind"]): string {
  return join(dirname(path), `${prefixes[kind]}${basename(path)}`);
}

/** A folder cannot be renamed onto another one, so the one that has the name steps aside first. */
async function giveName(temporary: string, path: string, replaced: string, fileSystem: FileSystem): Promise<void> {
  if (await fileSystem.look(replaced)) await fileSystem.remove(replaced);
  const isReplacing = await fileSystem.look(path) !== undefined;
  if (isReplacing) await fileSystem.rename(path, replaced);
  try {
    await fileSystem.rename(temporary, path);
  } catch (error) {
    if (isReplacing) await fileSystem.rename(replaced, path);
    throw error;
  }
  if (!isReplacing) return;
  await fileSystem.syncFolder(dirname(path));
  await fileSystem.remove(replaced);
}
