import { parseJson } from "@beyond24/disk/json";
import { linesOf } from "./_lines.ts";
import { decodeStepMetrics, type StepMetrics } from "./step_metrics.ts";

/** Rows of metrics, and what is wrong with the file that they were read from. */
export interface MetricsFile {
  /** The rows in the order of their steps, one a step. */
  readonly rows: readonly StepMetrics[];
  /** Steps that are missing, in ranges, first and last included. */
  readonly gaps: readonly StepRange[];
  /** Lines that are no rows. */
  readonly badLines: number;
  /** Rows of a step that has a later row, which counts. */
  readonly doubled: number;
}

/** Steps from the first to the last, both included. */
export interface StepRange {
  /** The first step. */
  readonly first: number;
  /** The last step. */
  readonly last: number;
}

/**
 * Reads a file of metrics, whatever state it is in: lines that are no rows are passed over, of two rows of a step the
 * later one counts, and a last line without its end is one that a stopped process did not finish.
 *
 * @param path The file; when it is missing there are no rows
 * @param lastStep Rows of later steps are passed over. Default: none is
 * @returns Rows, and what is wrong
 * @throws {DiskError} If the system refuses it
 *
 * @example Read a file with a hole
 * ```ts
 * import { readMetricsFile } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const row = { phase: "dense", loss: 5, lr: 1e-3, grad_norm: 1, tokens_per_second: 9, step_ms: 1 };
 * await Deno.writeTextFile(path, [1, 2, 4].map((step) => JSON.stringify({ step, ...row }) + "\n").join(""));
 * const { rows, gaps } = await readMetricsFile(path);
 * assertEquals([rows.length, gaps], [3, [{ first: 3, last: 3 }]]);
 * ```
 */
export async function readMetricsFile(path: string, lastStep = Infinity): Promise<MetricsFile> {
  const byStep = new Map<number, StepMetrics>();
  let [badLines, doubled] = [0, 0];
  for await (const { row } of metricsLines(path)) {
    if (row === undefined) badLines++;
    else if (row.step <= lastStep) {
      if (byStep.has(row.step)) doubled++;
      byStep.set(row.step, row);
    }
  }
  const rows = [...byStep.values()].sort((a, b) => a.step - b.step);
  return { rows, gaps: gapsBetween(rows), badLines, doubled };
}

/**
 * The rows of a file of metrics, as {@linkcode readMetricsFile} reads them.
 *
 * @param path The file; when it is missing there are no rows
 * @param lastStep Rows of later steps are passed over. Default: none is
 * @returns The rows in the order of their steps, one a step
 * @throws {DiskError} If the system refuses it
 *
 * @example Nothing to read
 * ```ts
 * import { readMetrics } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readMetrics("no/such/file"), []);
 * ```
 */
export async function readMetrics(path: string, lastStep = Infinity): Promise<readonly StepMetrics[]> {
  return (await readMetricsFile(path, lastStep)).rows;
}

/**
 * What is wrong with a file of metrics, in a few words on a line; undefined when nothing is.
 *
 * @param file What was read
 * @returns Such as `steps 3 to 5 are missing, 2 lines are no rows`
 *
 * @example Describe
 * ```ts
 * import { describeMetricsFaults } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const file = { rows: [], gaps: [{ first: 3, last: 3 }], badLines: 0, doubled: 1 };
 * assertEquals(describeMetricsFaults(file), "step 3 is missing, 1 step stands twice");
 * ```
 */
export function describeMetricsFaults(
  { gaps, badLines, doubled }: Pick<MetricsFile, "gaps" | "badLines" | "doubled">,
): string | undefined {
  const faults = [
    ...gaps.slice(0, 3).map(({ first, last }) =>
      first === last ? `step ${first} is missing` : `steps ${first} to ${last} are missing`
    ),
    ...(gaps.length > 3 ? [`${gaps.length - 3} more gaps`] : []),
    ...(badLines > 0 ? [badLines === 1 ? "1 line is no row" : `${badLines} lines are no rows`] : []),
    ...(doubled > 0 ? [doubled === 1 ? "1 step stands twice" : `${doubled} steps stand twice`] : []),
  ];
  return faults.length === 0 ? undefined : faults.join(", ");
}

/** A line of a file of metrics. */
export interface MetricsLine {
  /** The row; undefined when the line is none. */
  readonly row: StepMetrics | undefined;
  /** Where the next line begins, in bytes. */
  readonly end: number;
}

/** Every line of a file of metrics. */
export async function* metricsLines(path: string): AsyncGenerator<MetricsLine> {
  for await (const { text, end } of linesOf(path)) yield { row: text === undefined ? undefined : rowOf(text), end };
}

function rowOf(text: string): StepMetrics | undefined {
  try {
    return decodeStepMetrics(parseJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function gapsBetween(rows: readonly StepMetrics[]): StepRange[] {
  return rows.flatMap(({ step }, index) => {
    const before = rows[index - 1]?.step ?? 0;
    return step === before + 1 ? [] : [{ first: before + 1, last: step - 1 }];
  });
}
