import type { Segments } from "../segments.ts";
import type { Numbers } from "./close.ts";
import type { ContractContext, Input } from "./contract_context.ts";

/** How sorted tokens are divided among experts. */
export interface SortedRows {
  /** Says what is special about it. */
  readonly name: string;
  /** R, the row capacity. */
  readonly rows: number;
  /** E. */
  readonly experts: number;
  /** Starts of the segments and the end of the last: E + 1 numbers. */
  readonly offsets: readonly number[];
  /** Rows in use: the last offset. */
  readonly used: number;
  /** Rows that every offset is a multiple of. */
  readonly align: number;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function sorted(name: string, rows: number, offsets: readonly number[]): SortedRows {
  // Without any token every padding is right.
  const align = offsets.reduce(greatestCommonDivisor) || rows;
  return { name, rows, offsets, experts: offsets.length - 1, used: offsets.at(-1) ?? 0, align };
}

/** The segments on a device. */
export function sortedSegments(context: ContractContext, { experts, offsets, align }: SortedRows): Segments {
  return { offsets: context.integers([experts + 1], offsets), align };
}

/** Divisions whose segments are multiples of four rows, as products that contract over packed tokens need. */
export const SORTED_ROWS: readonly SortedRows[] = [
  sorted("uneven segments, one expert empty", 148, [0, 12, 12, 76, 140]),
  sorted("one expert has all tokens", 72, [0, 0, 0, 68, 68]),
  sorted("one expert, all rows used", 132, [0, 132]),
  sorted("whole tiles of 64", 256, [0, 64, 192, 256]),
  sorted("no tokens at all", 16, [0, 0, 0]),
];

/**
 * Divisions for selections within a product: a device may want multiples of eight rows for that, and must do without.
 */
export const SELECTED_ROWS: readonly SortedRows[] = [
  sorted("uneven segments of eights, one expert empty", 152, [0, 8, 8, 80, 144]),
  sorted("one expert has all tokens", 72, [0, 0, 0, 64, 64]),
  sorted("one expert, all rows used", 136, [0, 136]),
  sorted("more rows than a tile", 320, [0, 200, 320]),
  sorted("segments of fours", 148, [0, 12, 12, 76, 140]),
  sorted("no tokens at all", 16, [0, 0, 0]),
];

/** Whole tiles of 128 rows, for devices that have kernels of their own for these. */
export const TILED_ROWS: SortedRows = sorted("whole tiles of 128", 640, [0, 128, 128, 512]);

/** Segments that start anywhere. */
export const UNALIGNED_ROWS: SortedRows = sorted("segments of 1, 3, 17 rows", 23, [0, 1, 4, 21]);

/** More rows than a device may work through at once. */
export const LARGE_ROWS: SortedRows = sorted("2304 rows, three experts", 2304, [0, 1152, 1600, 2240]);

/** Rows of random values; those behind the last segment are NaN, because no kernel may read them. */
export function sortedInput(context: ContractContext, { rows, used }: SortedRows, width: number): Input {
  return context.input([rows, width], context.random.uniform(rows * width).fill(NaN, used * width));
}

/** `sortedInput` with values from a generator of its own. */
export function sortedValues(values: Numbers, { used }: SortedRows, width: number): Float32Array {
  return Float32Array.from(values).fill(NaN, used * width);
}
