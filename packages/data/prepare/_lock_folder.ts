import { FolderInUseError } from "./folder_in_use_error.ts";

/**
 * Takes a folder for this process alone. The system lets go of it when the process ends, however that comes about.
 *
 * @throws {FolderInUseError} If another process prepares tokens in it
 */
export async function lockFolder(folder: string): Promise<Disposable> {
  const file = await Deno.open(`${folder}/.prepare.lock`, { write: true, create: true });
  // A file system without locks cannot say; there it goes without one.
  const isFree = await file.tryLock(true).catch(() => true);
  if (isFree) return file;
  file.close();
  throw new FolderInUseError(
    `Cannot prepare into ${folder} as another process does: wait for it, stop it, or use another --out`,
  );
}
