import { pack24, type Packed24, prune24, unpackMask24 } from "@beyond24/sparse24";
import type { PackedMatrix24 } from "../packed24.ts";
import { assertClose, assertSame, type Numbers } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import { transposeValues } from "./matrices.ts";

/** A packed matrix as dense arrays, row-major in the original orientation. */
export interface DensePacked {
  /** Stored values in their places, 0 elsewhere. */
  readonly values: Float32Array;
  /** 1 at the two places of every group that the metadata names. */
  readonly mask: Float32Array;
}

/** What a packed matrix should hold, row-major. */
export interface ExpectedPacked {
  /** The dense matrix. */
  readonly values: Numbers;
  /** What is kept: 1 or 0, at most two in a group; completed to two as `pack24` does. */
  readonly kept: Uint8Array;
  /** Rows in use: the others are not looked at. Default: all. */
  readonly used?: number;
}

/** The two largest magnitudes of every group along `axis` without zeros, as `@beyond24/sparse24` selects them. */
export function keptOf(values: Float32Array, rows: number, cols: number, axis: "rows" | "cols"): Uint8Array {
  return prune24(values, { rows, cols }, { axis }).map((bit, i) => values[i] === 0 ? 0 : bit);
}

/**
 * The mask with exactly two in every group that `pack24` stores for a matrix; without `kept`, for its {@linkcode
 * keptOf}.
 */
export function completedMask(
  values: Float32Array,
  kept: Uint8Array | undefined,
  rows: number,
  cols: number,
  axis: "rows" | "cols",
): Uint8Array {
  const stored = kept ?? keptOf(values, rows, cols, axis);
  if (axis === "cols") return unpackMask24(pack24(values, { rows, cols }, stored));
  const transposed = transposeValues(values, rows, cols);
  const transposedStored = Uint8Array.from(transposeValues(stored, rows, cols));
  const mask = unpackMask24(pack24(transposed, { rows: cols, cols: rows }, transposedStored));
  return Uint8Array.from(transposeValues(mask, cols, rows));
}

/**
 * Fails unless a packed matrix has exactly the mask and, up to the tolerance of the activation type, the values that it
 * should have.
 */
export async function expectPacked(
  context: ContractContext,
  what: string,
  packed: PackedMatrix24,
  { values, kept, used = packed.rows }: ExpectedPacked,
): Promise<void> {
  const { rows, cols, axis } = packed;
  const canonical = await context.readPacked(packed);
  assertSame(
    [canonical.rows, canonical.cols],
    axis === "cols" ? [rows, cols] : [cols, rows],
    `${what}: canonical size`,
  );
  const dense = densePacked(canonical, axis);
  const end = used * cols;
  const expectedMask = completedMask(new Float32Array(rows * cols), kept, rows, cols, axis);
  assertSame(dense.mask.subarray(0, end), expectedMask.subarray(0, end), `${what}: mask`);
  const expected = Float64Array.from(kept, (bit, i) => bit ? values[i] ?? NaN : 0).subarray(0, end);
  assertClose(dense.values.subarray(0, end), expected, context.tolerances[context.activation], `${what}: values`);
}

/** Reads a canonical form whose groups may partly be undefined: any nibble is followed, legal or not. */
export function densePacked(canonical: Packed24, axis: "rows" | "cols"): DensePacked {
  const { rows, cols, values, metadata } = canonical;
  const words = Math.ceil(cols / 16);
  const dense = new Float32Array(rows * cols);
  const mask = new Float32Array(rows * cols);
  for (let group = 0; group < rows * cols / 4; group++) {
    const row = Math.floor(group / (cols / 4));
    const column = group % (cols / 4);
    const nibble = ((metadata[row * words + (column >> 2)] ?? 0) >> (4 * (column & 3))) & 15;
    for (const [slot, place] of [nibble & 3, nibble >> 2].entries()) {
      dense[4 * group + place] = values[2 * group + slot] ?? NaN;
      mask[4 * group + place] = 1;
    }
  }
  if (axis === "cols") return { values: dense, mask };
  return { values: transposeValues(dense, rows, cols), mask: transposeValues(mask, rows, cols) };
}
