import { checkInteger } from "./_check.ts";

/** Sizes of a V:N:M block: in `v` rows by `m` columns four columns are kept, and two of the four in each row. */
export interface VenomFormat {
  /** Rows that share their kept columns; segments of routed tokens are padded to a multiple of it. */
  readonly v: number;
  /** Kept values of a row in a block. The hardware knows 2 only. */
  readonly n: 2;
  /** Columns of a block, a multiple of 4. */
  readonly m: number;
}

/**
 * The formats of the paper's Table 5, by sparsity in percent.
 *
 * @example Check a row of the table
 * ```ts
 * import { venomFormats, venomSparsity } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(venomSparsity(venomFormats["93.75"]), 0.9375);
 * ```
 */
export const venomFormats: Readonly<Record<"87.5" | "93.75" | "96.875", VenomFormat>> = {
  "87.5": { v: 64, n: 2, m: 16 },
  "93.75": { v: 64, n: 2, m: 32 },
  "96.875": { v: 64, n: 2, m: 64 },
};

/**
 * Number of experts that produce a format when every token goes to one: `m / 4`.
 *
 * @param format The format
 * @returns Number of clusters of neurons (E)
 * @throws {RangeError} If `m` is not a multiple of 4
 *
 * @example Find the experts of 64:2:16
 * ```ts
 * import { venomExperts, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(venomExperts(venomFormats["87.5"]), 4);
 * ```
 */
export function venomExperts(format: VenomFormat): number {
  checkInteger(format.m, "m", 4, "use V:N:M format");
  if (format.m % 4 === 0) return format.m / 4;
  throw new RangeError(`Cannot use V:N:M format as m must be a multiple of 4: current value is ${format.m}`);
}

/**
 * Fraction of zeros, `1 - n / m` (paper, Table 5).
 *
 * Section 2.3 of the paper prints the sparsity as N / (N - 2), which is above 1; Table 5 agrees with this function.
 *
 * @param format The format
 * @returns Sparsity in [0, 1)
 * @throws {RangeError} If `m` is not a multiple of 4
 *
 * @example Find the sparsity of 64:2:16
 * ```ts
 * import { venomSparsity } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(venomSparsity({ v: 64, n: 2, m: 16 }), 0.875);
 * ```
 */
export function venomSparsity(format: VenomFormat): number {
  return 1 - format.n / (venomExperts(format) * 4);
}
