// Rows of a block of attention scores. What a query sees is worked through in whole vectors: the last one is filled up
// before, with what gives zeros, and what a product still reads behind it is cleared after.
import { TILE_ROWS } from "./panels";
import { blas } from "./product";
import { STRIP_ROWS } from "./small_product";

/** Masks of the lanes before the first, second, third; of all lanes first, for a vector that needs no filling up. */
// @ts-ignore: decorator
@lazy
const LANES: usize = memory.data<i32>([-1, -1, -1, -1, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0], 16);

/** Fills the vector in which a row of `count` floats ends up with `value`. */
// @ts-ignore: decorator
@inline
export function fillLastVector(row: usize, count: i32, value: f32): void {
  const p = row + (<usize>(count & ~3) << 2), lanes = v128.load(LANES + (<usize>(count & 3) << 4));
  v128.store(p, v128.bitselect(v128.load(p), f32x4.splat(value), lanes));
}

/** Zeros from the vectors of the visible part of row `r` of a triangular block on, as far as a product reads. */
// @ts-ignore: decorator
@inline
export function clearAfter(row: usize, r: i32, visible: i32, cols: i32): void {
  const read = blas ? (r / STRIP_ROWS + 1) * STRIP_ROWS : visible + TILE_ROWS - 1;
  const end = row + (<usize>min(cols, read) << 2), zero = f32x4.splat(0);
  for (let p = row + (<usize>((visible + 3) & ~3) << 2); p < end; p += 16) v128.store(p, zero);
}
