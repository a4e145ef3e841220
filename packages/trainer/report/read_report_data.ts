import { readRun } from "@beyond24/run";
import { basename, resolve } from "@std/path";
import { reachedBy, type ReportData } from "./report_data.ts";

/**
 * Reads what a report is drawn from. Of a run that goes on, or was ended from outside, that is what there is so far.
 *
 * @param path Folder of the run
 * @param onWarning Is told in a line of each file that is not as it should be
 * @returns Configuration, steps, and what was reached
 * @throws {UsageError} If the folder holds no run
 */
export async function readReportData(path: string, onWarning: (message: string) => void): Promise<ReportData> {
  const { config, metrics: { rows }, baselineMetrics: { rows: twin }, summary, starts } = await readRun(
    path,
    onWarning,
  );
  const device = starts.at(-1)?.device;
  const reached = { ...(device === undefined ? {} : { device }), ...reachedBy(config, rows, twin, summary) };
  return { title: basename(resolve(path)), config, rows, twin, reached };
}
