import { DiskError, makeFolders, readTextFile, replaceFile } from "@beyond24/disk";
import { UsageError } from "@beyond24/run";
import { dirname, join } from "@std/path";
import type { TunedTiles } from "@beyond24/webgpu";

/** The value of an environment variable; a variable that may not be read is not asked for. */
function variable(name: string): string | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  return Deno.env.get(name) || undefined;
}

/**
 * Where tuned tile sizes are kept: they can be measured again at any time, so it is the folder for caches. Undefined
 * where nobody may know it.
 */
export function tunedTilesPath(): string | undefined {
  const home = variable("HOME");
  const macCaches = Deno.build.os === "darwin" && home ? join(home, "Library", "Caches") : undefined;
  const caches = variable("XDG_CACHE_HOME") ?? variable("LOCALAPPDATA") ?? macCaches ??
    (home && join(home, ".cache"));
  return caches && join(caches, "beyond24", "webgpu-tiles.json");
}

/**
 * Reads tuned tile sizes; there are none where `deno task tune` has not run.
 *
 * @param warn Is told in one line why a file is not used
 */
export async function readTunedTiles(warn: (line: string) => void, path = tunedTilesPath()): Promise<TunedTiles> {
  if (path === undefined) return new Map();
  try {
    const text = await readTextFile(path);
    if (text === undefined) return new Map();
    const { parseTunedTiles } = await import("@beyond24/webgpu");
    return parseTunedTiles(text);
  } catch (error) {
    const mayRead = !(error instanceof Error && error.cause instanceof Deno.errors.NotCapable);
    if (mayRead) {
      warn(`${error instanceof Error ? error.message : error} (${shownPath(path)}: run deno task tune again)\n`);
    }
    return new Map();
  }
}

/** Adds the tiles of an adapter to the file, which is replaced as a whole. */
export async function writeTunedTiles(path: string, tuned: TunedTiles): Promise<void> {
  const { encodeTunedTiles } = await import("@beyond24/webgpu");
  const known = await readTunedTiles(() => {}, path);
  await makeFolders(dirname(path));
  await replaceFile(path, encodeTunedTiles(new Map([...known, ...tuned])));
}

/**
 * Makes sure that {@linkcode writeTunedTiles} will be able to write: measuring takes minutes.
 *
 * @throws {UsageError} If it will not
 */
export async function checkTunedTilesPath(path: string): Promise<void> {
  const trial = `${path}.${crypto.randomUUID().slice(0, 8)}.trial`;
  try {
    if (await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false)) {
      throw new UsageError(`Cannot keep tile sizes in ${path} as it is a folder: name a file`);
    }
    await makeFolders(dirname(path));
    await replaceFile(trial, "");
    await Deno.remove(trial);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new UsageError(`Cannot keep tile sizes in ${path} as its folder cannot be written: ${error.message}`, {
      cause: error,
    });
  }
}

/** A path below the user's folder begins with `~`. */
export function shownPath(path: string): string {
  const home = variable("HOME");
  return home !== undefined && path.startsWith(join(home, "/")) ? join("~", path.slice(home.length)) : path;
}
