import { type FileSystem, openFileLog } from "@beyond24/disk";
import { describeMetricsFaults, metricsLines } from "./read_metrics.ts";
import { encodeStepMetrics, type StepMetrics } from "./step_metrics.ts";

/** Appends steps to a file of metrics. */
export interface MetricsLog {
  /**
   * Appends steps.
   *
   * @param rows The steps
   * @throws {DiskError} If the system refuses it, or the file was removed or replaced
   */
  append(rows: readonly StepMetrics[]): Promise<void>;
  /**
   * Returns when all steps are on the disk: call it before a checkpoint that they lead to.
   *
   * @throws {DiskError} If the system refuses it, or the file was removed or replaced
   */
  sync(): Promise<void>;
  /** Closes the file. */
  close(): void;
}

/** Options of {@linkcode openMetricsLog}. */
export interface OpenMetricsLogOptions {
  /** The last step that stays; 0 for a new run. */
  readonly step: number;
  /** The disk. */
  readonly fileSystem: FileSystem;
  /** Is told in a line what is wrong with the file. */
  readonly onWarning: (message: string) => void;
}

/**
 * Opens a log after the last row up to a step, and cuts off what follows it: what a stopped process wrote beyond its
 * last checkpoint is done, and written, again. What stays is not written again, so that a full disk cannot hurt it, and
 * lines in it that are no rows stay as well.
 *
 * @param path The file; created when missing
 * @param options Step, disk, and who hears of what is wrong
 * @returns The log; close it
 * @throws {DiskError} If the system refuses it
 */
export async function openMetricsLog(
  path: string,
  { step, fileSystem, onWarning }: OpenMetricsLogOptions,
): Promise<MetricsLog> {
  const { size, warnings } = await surveyMetrics(path, step);
  for (const warning of warnings) onWarning(`${path}: ${warning}`);
  const log = await openFileLog(path, size, fileSystem);
  return {
    append: (rows) => log.append(new TextEncoder().encode(rows.map(encodeStepMetrics).join(""))),
    sync: () => log.sync(),
    close: () => log.close(),
  };
}

/** Bytes up to the last row that stays, and what is wrong before and behind it. */
async function surveyMetrics(path: string, step: number): Promise<{ size: number; warnings: string[] }> {
  const seen = new Uint8Array(step + 1);
  let [size, badBefore, badSince, doubled] = [0, 0, 0, 0];
  for await (const { row, end } of metricsLines(path)) {
    if (row === undefined) badSince++;
    else if (row.step <= step) {
      [size, badBefore, badSince] = [end, badBefore + badSince, 0];
      doubled += seen[row.step] ?? 0;
      seen[row.step] = 1;
    }
  }
  const before = describeMetricsFaults({ gaps: gapsIn(seen), badLines: badBefore, doubled });
  return {
    size,
    warnings: [
      ...(before === undefined ? [] : [`${before}. The run goes on without them, and its report shows it`]),
      ...(badSince === 0 ? [] : [`${describeMetricsFaults({ gaps: [], badLines: badSince, doubled: 0 })} and dropped`]),
    ],
  };
}

function gapsIn(seen: Uint8Array) {
  const gaps = [];
  for (let first = seen.indexOf(0, 1); first !== -1 && first < seen.length;) {
    const next = seen.indexOf(1, first);
    const end = next === -1 ? seen.length : next;
    gaps.push({ first, last: end - 1 });
    first = seen.indexOf(0, end);
  }
  return gaps;
}
