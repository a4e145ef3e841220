import { runFileNames } from "@beyond24/run/run-folder";
import { join } from "@std/path";

/**
 * Files of a run that are served, with their media types. A list, so that no path of a request ever reaches the disk.
 */
const types: Readonly<Record<string, string>> = {
  [runFileNames.config]: "application/json",
  [runFileNames.summary]: "application/json",
  [runFileNames.metrics]: "application/jsonl; charset=utf-8",
  [runFileNames.baselineMetrics]: "application/jsonl; charset=utf-8",
  [runFileNames.report]: "text/html; charset=utf-8",
};

/**
 * Path of a file of a run; undefined when it is not one that is served, is missing, is a link out of the folder, or is
 * no file: to open a pipe would wait for its writer, and a few such waits are all that the system has.
 */
export async function runFilePath(folder: string, name: string): Promise<string | undefined> {
  if (!Object.hasOwn(types, name)) return undefined;
  try {
    const path = await Deno.realPath(join(folder, name));
    const isInside = path === join(await Deno.realPath(folder), name);
    return isInside && (await Deno.lstat(path)).isFile ? path : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Answers with a file of a run, or undefined as {@linkcode runFilePath} does. */
export async function readRunFile(folder: string, name: string): Promise<Response | undefined> {
  const path = await runFilePath(folder, name);
  const type = types[name];
  if (path === undefined || type === undefined) return undefined;
  const file = await Deno.open(path);
  return new Response(file.readable, { headers: { "content-type": type } });
}

/** Largest file that {@linkcode readRunJson} reads, in bytes; those of a run have a few thousand. */
const largest = 1 << 20;

/** A JSON file of a run; undefined while there is none that is whole. */
export async function readRunJson(folder: string, name: string): Promise<unknown> {
  const path = await runFilePath(folder, name);
  if (path === undefined) return undefined;
  try {
    if ((await Deno.stat(path)).size > largest) return undefined;
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
