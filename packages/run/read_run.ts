import type { RunConfig } from "./config/run_config.ts";
import { describeMetricsFaults, type MetricsFile, readMetricsFile } from "./read_metrics.ts";
import { readRunConfig } from "./run_config_file.ts";
import { type RunFolder, runFolder } from "./run_folder.ts";
import { readRunHistory, type RunStart } from "./run_history.ts";
import { readRunSummary, type RunSummary } from "./run_summary.ts";

/** What a run has left so far. */
export interface RunRecord {
  /** Paths. */
  readonly folder: RunFolder;
  /** Its configuration. */
  readonly config: RunConfig;
  /** Its steps. */
  readonly metrics: MetricsFile;
  /** The steps of its dense twin; none without one. */
  readonly baselineMetrics: MetricsFile;
  /** Each time that a program began or went on with it. */
  readonly starts: readonly RunStart[];
  /** Its summary; undefined while it goes on for the first time, and when it was killed before it could write one. */
  readonly summary: RunSummary | undefined;
}

/**
 * Reads what a run has left so far, finished or not, whatever state its files are in: only that it is a run must be
 * known.
 *
 * @param path Folder of the run
 * @param onWarning Is told in a line of each file that is not as it should be
 * @returns The run
 * @throws {UsageError} If the folder holds no run
 * @throws {DiskError} If the system refuses it
 *
 * @example Refuse a folder without a run
 * ```ts
 * import { readRun } from "@beyond24/run";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => readRun("no/such/folder", () => {}), Error, "config.json does not exist");
 * ```
 */
export async function readRun(path: string, onWarning: (message: string) => void): Promise<RunRecord> {
  const folder = runFolder(path);
  const config = await readRunConfig(folder, onWarning);
  const read = async (file: string) => {
    const metrics = await readMetricsFile(file, config.train.steps);
    const faults = describeMetricsFaults(metrics);
    if (faults !== undefined) onWarning(`${file}: ${faults}`);
    return metrics;
  };
  return {
    folder,
    config,
    metrics: await read(folder.metrics),
    baselineMetrics: config.train.baseline
      ? await read(folder.baselineMetrics)
      : { rows: [], gaps: [], badLines: 0, doubled: 0 },
    starts: await readRunHistory(folder.history),
    summary: await summaryOf(folder, onWarning),
  };
}

/** The summary; one that is broken counts as missing, as all of it follows from the rest. */
async function summaryOf(folder: RunFolder, onWarning: (message: string) => void): Promise<RunSummary | undefined> {
  try {
    return await readRunSummary(folder.summary);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    onWarning(`${error.message}. It is passed over`);
    return undefined;
  }
}
