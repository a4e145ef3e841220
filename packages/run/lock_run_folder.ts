import { diskError } from "@beyond24/disk";
import { join } from "@std/path";
import { UsageError } from "./usage_error.ts";

/** The file that is locked. It stays: to remove it would let two processes lock two files of this name. */
const lockFile = ".lock";

/** Holds a folder for one process; dispose of it to let others in. */
export type RunLock = Disposable;

/**
 * Takes a folder for this process alone. The system lets go of it when the process ends, however that comes about.
 *
 * Both the folder and a file in it are locked: a folder cannot be locked everywhere, and a file may be removed by hand,
 * after which another process would lock another file of this name.
 *
 * @param path Folder of a run; it must exist
 * @returns The lock
 * @throws {UsageError} If another process trains into the folder
 * @throws {DiskError} If the folder cannot be written, or something that is no file lies in the place of the lock
 *
 * @example Hold a folder
 * ```ts
 * import { lockRunFolder } from "@beyond24/run";
 * import { assertRejects } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * using _lock = await lockRunFolder(folder);
 * await assertRejects(() => lockRunFolder(folder), Error, "trains into it");
 * ```
 */
export async function lockRunFolder(path: string): Promise<RunLock> {
  const held = new DisposableStack();
  const file = join(path, lockFile);
  try {
    const folder = await openFolder(path);
    if (folder !== undefined) await hold(held.use(folder), path);
    const lock = held.use(await openFile(file));
    await hold(lock, path);
    await lock.truncate();
    await lock.write(new TextEncoder().encode(String(Deno.pid)));
    return held.move();
  } catch (error) {
    held.dispose();
    throw error instanceof UsageError ? error : diskError(`lock ${file}`, error);
  }
}

/** A folder to be locked; undefined where the system cannot open one. */
async function openFolder(path: string): Promise<Deno.FsFile | undefined> {
  return Deno.build.os === "windows" ? undefined : await Deno.open(path);
}

/** Opens the file without following a link: what it leads to would be emptied. */
async function openFile(path: string): Promise<Deno.FsFile> {
  const before = await Deno.lstat(path).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (before === undefined) return await Deno.open(path, { read: true, write: true, createNew: true });
  if (!before.isFile) throw new TypeError("a link, folder or pipe and no file");
  return await Deno.open(path, { read: true, write: true });
}

async function hold(file: Deno.FsFile, path: string): Promise<void> {
  // A file system without locks cannot say; there a run goes on without one.
  if (await file.tryLock(true).catch(() => true)) return;
  throw new UsageError(
    `Cannot train into ${path} as ${await holder(path)} trains into it: wait for it, stop it, or use another folder`,
  );
}

async function holder(path: string): Promise<string> {
  const process = await Deno.readTextFile(join(path, lockFile)).catch(() => "");
  return /^\d+$/.test(process) ? `process ${process}` : "another process";
}
