import { codeOf, diskError } from "./disk_error.ts";
import { denoFileSystem } from "./deno_file_system.ts";
import type { FileSystem, WritableFile } from "./file_system.ts";

/** Options of {@linkcode durableFileSystem}. */
export interface DurableFileSystemOptions {
  /** The disk below. Default {@linkcode denoFileSystem}. */
  readonly fileSystem?: FileSystem;
  /** Is told once when a folder cannot be synced. */
  readonly onWarning?: (message: string) => void;
}

/** The request was interrupted, or would have to wait: it is made again. */
const passing: readonly string[] = ["EINTR", "EAGAIN"];
/** Network and foreign file systems that cannot sync a folder say one of these. */
const cannotSync: readonly string[] = ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM"];
const mostTries = 10;

/**
 * A disk on which every request that failed for the moment is made again, an error is a {@linkcode DiskError} that
 * names the file, and a folder that cannot be synced is a warning, once.
 *
 * @param options The disk below, and who hears the warning
 * @returns The disk
 *
 * @example Write a file
 * ```ts
 * import { durableFileSystem, replaceFile } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await replaceFile(path, "text", durableFileSystem({ onWarning: (message) => console.warn(message) }));
 * assertEquals(await Deno.readTextFile(path), "text");
 * ```
 */
export function durableFileSystem(options: DurableFileSystemOptions = {}): FileSystem {
  const { fileSystem: disk = denoFileSystem, onWarning } = options;
  let hasWarned = false;
  return {
    makeFolder: (path) => request(`create folder ${path}`, () => disk.makeFolder(path)),
    create: async (path) => durableFile(path, await request(`write ${path}`, () => disk.create(path))),
    openAtEnd: async (path) => durableFile(path, await request(`write ${path}`, () => disk.openAtEnd(path))),
    open: async (path) => durableFile(path, await request(`write ${path}`, () => disk.open(path))),
    rename: (from, to) =>
      request(`replace ${to}`, async (tries) => {
        // An interrupted request may have been carried out all the same.
        if (tries > 1 && await disk.look(from) === undefined && await disk.look(to) !== undefined) return;
        await disk.rename(from, to);
      }),
    remove: (path) => request(`remove ${path}`, () => disk.remove(path)),
    look: (path) => request(`look at ${path}`, () => disk.look(path)),
    syncFolder: async (path) => {
      try {
        await repeated(() => disk.syncFolder(path));
      } catch (error) {
        const code = codeOf(error);
        if (!cannotSync.includes(code)) throw diskError(`sync folder ${path}`, error);
        if (!hasWarned) onWarning?.(`Folder ${path} cannot be synced (${code}): a power cut may lose its newest files`);
        hasWarned = true;
      }
    },
  };
}

function durableFile(path: string, file: WritableFile): WritableFile {
  return {
    write: (bytes) => request(`write ${path}`, () => file.write(bytes)),
    seek: (offset) => request(`write ${path}`, () => file.seek(offset)),
    truncate: (size) => request(`cut off ${path}`, () => file.truncate(size)),
    sync: () => request(`sync ${path}`, () => file.sync()),
    look: () => request(`look at ${path}`, () => file.look()),
    close: () => file.close(),
  };
}

async function request<Result>(action: string, run: (tries: number) => Promise<Result>): Promise<Result> {
  try {
    return await repeated(run);
  } catch (error) {
    throw diskError(action, error);
  }
}

/** Makes a request, again when it failed for the moment. */
async function repeated<Result>(run: (tries: number) => Promise<Result>): Promise<Result> {
  for (let tries = 1;; tries++) {
    try {
      return await run(tries);
    } catch (error) {
      if (!passing.includes(codeOf(error)) || tries === mostTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, tries));
    }
  }
}
