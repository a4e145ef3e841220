import { describeMetricsFaults, readRun, readScores } from "@beyond24/run";
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
  const { folder, config, metrics, baselineMetrics, summary, starts } = await readRun(path, onWarning);
  const [{ rows }, { rows: twin }] = [metrics, baselineMetrics];
  const device = starts.at(-1)?.device;
  const reached = { ...(device === undefined ? {} : { device }), ...reachedBy(config, rows, twin, summary) };
  const faults = [["The run", metrics], ["The dense twin", baselineMetrics]] as const;
  return {
    title: basename(resolve(path)),
    config,
    rows,
    twin,
    reached,
    starts,
    scores: await readScores(folder.scores),
    faults: faults.flatMap(([whose, file]) => {
      const fault = describeMetricsFaults(file);
      return fault === undefined ? [] : [`${whose}: ${fault} in its file of metrics`];
    }),
  };
}
