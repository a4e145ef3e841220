import type { FileSystem, WritableFile } from "../file_system.ts";

/** A request to a disk. */
export interface DiskRequest {
  /** How many came before it. */
  readonly index: number;
  /** What was asked for. */
  readonly name: keyof FileSystem | Exclude<keyof WritableFile, "close">;
  /** The file or folder. */
  readonly path: string;
}

/**
 * A disk that asks before each request. Syncing costs nothing on it.
 *
 * @param fileSystem The disk below
 * @param before Throws to let the request fail
 * @returns The disk
 *
 * @example Let every rename fail
 * ```ts
 * import { denoFileSystem, DiskError, durableFileSystem, replaceFile } from "@beyond24/disk";
 * import { failingFileSystem, systemError } from "@beyond24/disk/testing";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const fileSystem = failingFileSystem(denoFileSystem, ({ name }) => {
 *   if (name === "rename") throw systemError("EIO");
 * });
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "old");
 * await assertRejects(() => replaceFile(path, "new", durableFileSystem({ fileSystem })), DiskError, "EIO");
 * assertEquals(await Deno.readTextFile(path), "old");
 * ```
 */
export function failingFileSystem(
  fileSystem: FileSystem,
  before: (request: DiskRequest) => void | Promise<void>,
): FileSystem {
  let count = 0;
  const ask = async <Result>(name: DiskRequest["name"], path: string, run: () => Promise<Result>): Promise<Result> => {
    await before({ index: count++, name, path });
    return await run();
  };
  const file = (path: string, inner: WritableFile): WritableFile => ({
    write: (bytes) => ask("write", path, () => inner.write(bytes)),
    seek: (offset) => ask("seek", path, () => inner.seek(offset)),
    truncate: (size) => ask("truncate", path, () => inner.truncate(size)),
    sync: () => ask("sync", path, () => Promise.resolve()),
    look: () => ask("look", path, () => inner.look()),
    close: () => inner.close(),
  });
  return {
    makeFolder: (path) => ask("makeFolder", path, () => fileSystem.makeFolder(path)),
    create: (path) => ask("create", path, async () => file(path, await fileSystem.create(path))),
    openAtEnd: (path) => ask("openAtEnd", path, async () => file(path, await fileSystem.openAtEnd(path))),
    open: (path) => ask("open", path, async () => file(path, await fileSystem.open(path))),
    rename: (from, to) => ask("rename", to, () => fileSystem.rename(from, to)),
    remove: (path) => ask("remove", path, () => fileSystem.remove(path)),
    syncFolder: (path) => ask("syncFolder", path, () => Promise.resolve()),
    look: (path) => ask("look", path, () => fileSystem.look(path)),
  };
}

/**
 * An error as the system gives it.
 *
 * @param code Its name for it: `EIO`
 * @returns The error
 */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code} (os error)`), { code });
}
