import { join } from "@std/path";
import { UsageError } from "./usage_error.ts";

/** The file that is locked. It stays: to remove it would let two processes lock two files of this name. */
const lockFile = ".lock";

/** Holds a folder for one process; dispose of it to let others in. */
export type RunLock = Disposable;

/**
 * Takes a folder for this process alone. The system lets go of it when the process ends, however that comes about.
 *
 * @param path Folder of a run; it must exist
 * @returns The lock
 * @throws {UsageError} If another process trains into the folder, or it cannot be written
 */
export async function lockRunFolder(path: string): Promise<RunLock> {
  const file = await open(path);
  try {
    // A file system without locks cannot say; there a run goes on without one.
    const isFree = await file.tryLock(true).catch(() => true);
    if (!isFree) throw new UsageError(inUse(path, await Deno.readTextFile(join(path, lockFile))));
    await file.truncate();
    await file.write(new TextEncoder().encode(String(Deno.pid)));
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(join(path, lockFile), { read: true, write: true, create: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot train into ${path} as the system refuses it: current value is ${reason}`, {
      cause: error,
    });
  }
}

function inUse(path: string, process: string): string {
  return `Cannot train into ${path} as process ${process} trains into it: wait for it, stop it, or use another folder`;
}
