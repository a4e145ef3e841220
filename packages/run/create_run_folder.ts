import { codeOf, DiskError, durableFileSystem, type FileSystem, makeFolders } from "@beyond24/disk";
import { join } from "@std/path";
import { UsageError } from "./usage_error.ts";

/** What the system says where a user may not write, or a file is in the way: another folder helps. */
const wrongPlace: readonly string[] = ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"];

/**
 * Creates the folder of a new run, and those above it.
 *
 * @param path The folder
 * @param fileSystem The disk
 * @throws {UsageError} If the user may not write there, or a file is in the way
 * @throws {DiskError} If the system refuses it for another reason
 */
export async function createRunFolder(path: string, fileSystem: FileSystem): Promise<void> {
  try {
    await makeFolders(path, fileSystem);
  } catch (error) {
    if (!(error instanceof DiskError && wrongPlace.includes(codeOf(error.cause)))) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

/**
 * Creates a folder for a run that was given none: `runs/2026-01-31-120000-tiny`. When there is one of this name, as
 * another run began in the same second, the name gets a number.
 *
 * @param parent Folder of the runs; created when missing
 * @param preset Name of the preset
 * @param fileSystem The disk. Default {@linkcode durableFileSystem}
 * @param now The time. Default: now
 * @returns Path of the folder, which this call has created
 * @throws {UsageError} If the user may not write there
 * @throws {DiskError} If the system refuses it for another reason
 *
 * @example Two runs in one second
 * ```ts
 * import { durableFileSystem } from "@beyond24/disk";
 * import { createNewRunFolder } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const runs = await Deno.makeTempDir();
 * const now = new Date("2026-01-31T12:00:00Z");
 * const create = () => createNewRunFolder(runs, "tiny", durableFileSystem(), now);
 * const names = [await create(), await create()].map((path) => path.slice(runs.length + 1));
 * assertEquals(names, ["2026-01-31-120000-tiny", "2026-01-31-120000-tiny-2"]);
 * ```
 */
export async function createNewRunFolder(
  parent: string,
  preset: string,
  fileSystem: FileSystem = durableFileSystem(),
  now: Date = new Date(),
): Promise<string> {
  await createRunFolder(parent, fileSystem);
  const [date = "", time = ""] = now.toISOString().split("T");
  const name = `${date}-${time.slice(0, 8).replaceAll(":", "")}-${preset}`;
  for (let number = 1;; number++) {
    const path = join(parent, number === 1 ? name : `${name}-${number}`);
    try {
      await fileSystem.makeFolder(path);
      await fileSystem.syncFolder(parent);
      return path;
    } catch (error) {
      if (!(error instanceof DiskError && codeOf(error.cause) === "EEXIST")) throw error;
    }
  }
}
