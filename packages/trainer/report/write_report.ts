import { readMetrics, type RunConfig, runFolder, type RunSummary, UsageError, writeAtomically } from "@beyond24/run";
import { basename, resolve } from "@std/path";
import { reportHtml } from "./report_html.ts";

/**
 * Draws `report.html` of a run from its configuration, metrics and summary.
 *
 * @param path Folder of the run
 * @returns Path of the report
 * @throws {UsageError} If the folder holds no run, or one that has not been summed up yet
 */
export async function writeReport(path: string): Promise<string> {
  const folder = runFolder(path);
  const config = await readJson<RunConfig>(folder.config, path);
  const summary = await readJson<RunSummary>(folder.summary, path);
  const rows = await readMetrics(folder.metrics);
  const twin = summary.baseline === undefined ? [] : await readMetrics(folder.baselineMetrics);
  await writeAtomically(folder.report, reportHtml({ title: basename(resolve(path)), config, summary, rows, twin }));
  return folder.report;
}

async function readJson<Content>(path: string, run: string): Promise<Content> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as Content;
  } catch (error) {
    throw new UsageError(`Cannot draw a report of ${run} as ${path} ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "does not exist";
  if (error instanceof SyntaxError) return "is not JSON";
  return `cannot be read: current value is ${error instanceof Error ? error.message : String(error)}`;
}
