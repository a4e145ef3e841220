import { join } from "@std/path";

/** Files of a run that are served, with their media types. A list, so that no path of a request ever reaches the disk. */
const types: Readonly<Record<string, string>> = {
  "config.json": "application/json",
  "summary.json": "application/json",
  "metrics.jsonl": "application/jsonl; charset=utf-8",
  "baseline.jsonl": "application/jsonl; charset=utf-8",
  "report.html": "text/html; charset=utf-8",
};

/** Path of a file of a run; undefined when it is not one that is served, is missing, or is a link out of the folder. */
export async function runFilePath(folder: string, name: string): Promise<string | undefined> {
  if (!Object.hasOwn(types, name)) return undefined;
  try {
    const path = await Deno.realPath(join(folder, name));
    return path === join(await Deno.realPath(folder), name) ? path : undefined;
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
  return new Response(await Deno.readFile(path), { headers: { "content-type": type } });
}
