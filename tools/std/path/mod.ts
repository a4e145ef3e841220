/**
 * Offline stand-in for the few functions of `jsr:@std/path` that this repository uses, over `node:path`.
 *
 * `deno.json` links it so that the suite runs where JSR cannot be reached; the GitHub workflow also runs the suite
 * without the link, against the real package.
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";

export { basename, dirname, extname, isAbsolute, join, relative, resolve, SEPARATOR };
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep as SEPARATOR } from "node:path";

/** The path of a `file:` URL. */
export function fromFileUrl(url: string | URL): string {
  return fileURLToPath(url);
}

/** The `file:` URL of an absolute path. */
export function toFileUrl(path: string): URL {
  return pathToFileURL(path);
}
