import { join } from "@std/path";

/** Files of a run that are served, with their media types. A list, so that no path of a request ever reaches the disk. */
const types: Readonly<Record<string, string>> = {
  "config.json": "application/json",
  "summary.json": "application/json",
  "metrics.jsonl": "application/jsonl; charset=utf-8",
  "baseline.jsonl": "application/jsonl; charset=utf-8",
  "report.html": "text/html; charset=utf-8",
};

/**
 * Answers with a file of a run.
 *
 * @returns The file, or undefined when it is not one that is served, is missing, or is a link out of the folder
 */
export async function readRunFile(folder: string, name: string): Promise<Response | undefined> {
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) return undefined;
  try {
    const path = await Deno.realPath(join(folder, name));
    if (path !== join(await Deno.realPath(folder), name)) return undefined;
    return new Response(await Deno.readFile(path), { headers: { "content-type": type } });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
