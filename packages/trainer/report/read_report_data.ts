import { readMetrics, type RunConfig, runFolder, type RunSummary, UsageError } from "@beyond24/run";
import { basename, resolve } from "@std/path";
import { reachedBy, type ReportData } from "./report_data.ts";

/**
 * Reads what a report is drawn from. Of a run that goes on, or was ended from outside, that is what there is so far.
 *
 * @param path Folder of the run
 * @returns Configuration, steps, and what was reached
 * @throws {UsageError} If the folder holds no run
 */
export async function readReportData(path: string): Promise<ReportData> {
  const folder = runFolder(path);
  const config = await readJson<RunConfig>(folder.config, path);
  const rows = await readMetrics(folder.metrics);
  const twin = config.train.baseline ? await readMetrics(folder.baselineMetrics) : [];
  const summary = await exists(folder.summary) ? await readJson<RunSummary>(folder.summary, path) : undefined;
  return { title: basename(resolve(path)), config, rows, twin, reached: reachedBy(config, rows, twin, summary) };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
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
