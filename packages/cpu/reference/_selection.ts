import type { PackedMatrix24, Segments, Tensor, UnbiasedDraw } from "@beyond24/device";
import { roundTo } from "@beyond24/device";
import { prune24, selectUnbiased24 } from "@beyond24/sparse24";
import { usedRows } from "./_expert_segments.ts";
import { floats, integers } from "./_host_storage.ts";
import { storePacked } from "./_packed_storage.ts";

/**
 * The two largest magnitudes of every group of four, without zeros: 1 = kept. Rows of the matrix are `cols` wide.
 */
export function selection24(values: Float32Array, rows: number, cols: number, axis: "rows" | "cols"): Uint8Array {
  const mask = prune24(values, { rows, cols }, { axis });
  for (let i = 0; i < mask.length; i++) if (values[i] === 0) mask[i] = 0;
  return mask;
}

/**
 * A copy of a matrix, rounded to a type. Rows behind the last sorted token become NaN: they are never looked at, and
 * packed they stay recognisable.
 */
export function roundedCopy(x: Tensor, segments: Segments | undefined, dtype: "f32" | "bf16" | "f16"): Float32Array {
  const [rows = 0, cols = 0] = x.shape;
  const values = floats(x).slice();
  values.fill(NaN, usedRows(rows, segments) * cols);
  roundTo(values, dtype);
  return values;
}

/** Writes a dense result into the rows that hold sorted tokens, zero where it is not kept. */
export function storeMasked(out: Tensor, values: Float32Array, mask: Uint8Array, segments: Segments): void {
  const [rows = 0, cols = 0] = out.shape;
  const result = floats(out);
  const end = usedRows(rows, segments) * cols;
  for (let i = 0; i < end; i++) result[i] = mask[i] ? values[i] ?? NaN : 0;
  roundTo(result, out.dtype);
}

/** Packs what an unbiased selection along rows makes of values that are rounded already. */
export function storeUnbiased(packed: PackedMatrix24, values: Float32Array, { key, step }: UnbiasedDraw): void {
  const { rows, cols } = packed;
  const seed = key ^ (integers(step)[0] ?? NaN);
  const kept = selectUnbiased24(values, { rows, cols }, { seed, axis: "rows" });
  storePacked(packed, kept, Uint8Array.from(kept, (value) => value === 0 ? 0 : 1));
}
