/** One measured launch of a kernel. */
export interface KernelRecord {
  /** The kernel. */
  readonly kernel: string;
  /** Time of the device's clock at which it began, in nanoseconds. */
  readonly startNanoseconds: number;
  /** How long it took, in nanoseconds. */
  readonly nanoseconds: number;
  /** Bytes of its tensors. */
  readonly bytes: number;
  /** Floating-point operations, 0 where nobody counts them. */
  readonly flops: number;
}

/** All launches of one kernel together. */
export interface KernelSummary {
  /** The kernel. */
  readonly kernel: string;
  /** Launches. */
  readonly calls: number;
  /** Milliseconds in total. */
  readonly milliseconds: number;
  /** Tensor bytes per second, in 10⁹. */
  readonly gigabytesPerSecond: number;
  /** Operations per second, in 10⁹. */
  readonly gigaflopsPerSecond: number;
}

/**
 * Sums up measurements by kernel, the most expensive first.
 *
 * @param records What `Device.takeProfile` returned
 * @returns A row a kernel
 *
 * @example Two launches of one kernel
 * ```ts
 * import { summarizeProfile } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const record = { kernel: "add", startNanoseconds: 0, nanoseconds: 500, bytes: 1000, flops: 100 };
 * assertEquals(summarizeProfile([record, record]), [
 *   { kernel: "add", calls: 2, milliseconds: 1e-3, gigabytesPerSecond: 2, gigaflopsPerSecond: 0.2 },
 * ]);
 * ```
 */
export function summarizeProfile(records: readonly KernelRecord[]): KernelSummary[] {
  const groups = Map.groupBy(records, ({ kernel }) => kernel);
  return [...groups].map(([kernel, launches]) => {
    const nanoseconds = total(launches, "nanoseconds");
    return {
      kernel,
      calls: launches.length,
      milliseconds: nanoseconds / 1e6,
      gigabytesPerSecond: nanoseconds === 0 ? 0 : total(launches, "bytes") / nanoseconds,
      gigaflopsPerSecond: nanoseconds === 0 ? 0 : total(launches, "flops") / nanoseconds,
    };
  }).sort((a, b) => b.milliseconds - a.milliseconds);
}

/**
 * Measurements in the format of `chrome://tracing` and ui.perfetto.dev.
 *
 * @param records What `Device.takeProfile` returned
 * @returns The text of a JSON file
 *
 * @example One launch
 * ```ts
 * import { chromeTrace } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const record = { kernel: "add", startNanoseconds: 7000, nanoseconds: 500, bytes: 1000, flops: 0 };
 * const { traceEvents } = JSON.parse(chromeTrace([record]));
 * assertEquals([traceEvents[0].name, traceEvents[0].ts, traceEvents[0].dur], ["add", 0, 0.5]);
 * ```
 */
export function chromeTrace(records: readonly KernelRecord[]): string {
  const first = records.reduce((earliest, { startNanoseconds }) => Math.min(earliest, startNanoseconds), Infinity);
  const traceEvents = records.map(({ kernel, startNanoseconds, nanoseconds, bytes, flops }) => ({
    name: kernel,
    ph: "X",
    pid: 0,
    tid: 0,
    ts: (startNanoseconds - first) / 1e3,
    dur: nanoseconds / 1e3,
    args: { bytes, flops },
  }));
  return JSON.stringify({ traceEvents, displayTimeUnit: "ms" });
}

/**
 * A table for the terminal: kernel, calls, ms, GB/s, GFLOP/s.
 *
 * @param records What `Device.takeProfile` returned
 * @returns Lines, a heading first
 *
 * @example One launch
 * ```ts
 * import { profileTable } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const record = { kernel: "add", startNanoseconds: 0, nanoseconds: 5e6, bytes: 1e6, flops: 0 };
 * const [, row] = profileTable([record]).split("\n");
 * assertEquals(row?.split(/\s+/), ["add", "1", "5.000", "0.2", "0.0"]);
 * ```
 */
export function profileTable(records: readonly KernelRecord[]): string {
  const rows = summarizeProfile(records);
  const width = rows.reduce((longest, { kernel }) => Math.max(longest, kernel.length), "kernel".length);
  const line = (kernel: string, ...cells: readonly string[]) =>
    kernel.padEnd(width) + cells.map((cell, i) => cell.padStart([7, 11, 7, 9][i] ?? 9)).join("");
  return [
    line("kernel", "calls", "ms", "GB/s", "GFLOP/s"),
    ...rows.map(({ kernel, calls, milliseconds, gigabytesPerSecond, gigaflopsPerSecond }) =>
      line(
        kernel,
        String(calls),
        milliseconds.toFixed(3),
        gigabytesPerSecond.toFixed(1),
        gigaflopsPerSecond.toFixed(1),
      )
    ),
  ].join("\n");
}

function total(records: readonly KernelRecord[], field: "nanoseconds" | "bytes" | "flops"): number {
  return records.reduce((sum, record) => sum + record[field], 0);
}
