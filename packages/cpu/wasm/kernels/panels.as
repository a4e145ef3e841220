// The panels that tiles are multiplied from: five rows of A and eight columns of B, contiguous along k.
import { highHalves, highPairs, lowHalves, lowPairs } from "./simd";

/** Rows of a panel of A, and of a tile. */
export const TILE_ROWS: i32 = 5;
/** Columns of a panel of B, and of a tile. */
export const TILE_COLS: i32 = 8;
/** Depth of a block: sums of blocks are added, in order of k. */
export const BLOCK_K: i32 = 512;

/** Transposes the 4 x 4 block at `source` (rows `stride` bytes apart) into rows `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transposeBlock(source: usize, stride: usize, target: usize, step: usize): void {
  const r0 = v128.load(source), r1 = v128.load(source + stride);
  const r2 = v128.load(source + 2 * stride), r3 = v128.load(source + 3 * stride);
  const t0 = lowPairs(r0, r1), t1 = highPairs(r0, r1), t2 = lowPairs(r2, r3), t3 = highPairs(r2, r3);
  v128.store(target, lowHalves(t0, t2));
  v128.store(target + step, highHalves(t0, t2));
  v128.store(target + 2 * step, lowHalves(t1, t3));
  v128.store(target + 3 * step, highHalves(t1, t3));
}

/** Packs b[k, n] into panels of eight columns; columns beyond `n` become zero. Strides in bytes; one of them is 4. */
export function packB(b: usize, strideK: usize, strideN: usize, k: i32, n: i32, panels: usize): void {
  for (let j = 0; j < n; j += TILE_COLS) {
    const source = b + <usize>j * strideN;
    const full = n - j >= TILE_COLS;
    let i = 0;
    if (full && strideN == 4) {
      for (; i < k; i++) {
        const from = source + <usize>i * strideK, to = panels + (<usize>i << 5);
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
    } else if (full) {
      for (; i + 4 <= k; i += 4) {
        const from = source + (<usize>i << 2), to = panels + (<usize>i << 5);
        transposeBlock(from, strideN, to, 32);
        transposeBlock(from + 4 * strideN, strideN, to + 16, 32);
      }
    }
    for (; i < k; i++) {
      for (let q = 0; q < TILE_COLS; q++) {
        const value: f32 = j + q < n ? load<f32>(source + <usize>i * strideK + <usize>q * strideN) : 0;
        store<f32>(panels + (<usize>i << 5) + (<usize>q << 2), value);
      }
    }
    panels += <usize>k << 5;
  }
}

/** Packs five rows that are contiguous along k, four k at a time, and gives the k that are done. */
function packRows(source: usize, strideM: usize, k: i32, panel: usize): i32 {
  let i = 0;
  for (; i + 4 <= k; i += 4) {
    const from = source + (<usize>i << 2), to = panel + <usize>(i * 20), last = v128.load(from + 4 * strideM);
    transposeBlock(from, strideM, to, 20);
    v128.store_lane<f32>(to, last, 0, 16);
    v128.store_lane<f32>(to, last, 1, 36);
    v128.store_lane<f32>(to, last, 2, 56);
    v128.store_lane<f32>(to, last, 3, 76);
  }
  return i;
}

/** Packs a[m, k] into panels of five rows; rows beyond `m` become zero. Strides in bytes; one of them is 4. */
export function packA(a: usize, strideM: usize, strideK: usize, m: i32, k: i32, panels: usize): void {
  for (let i = 0; i < m; i += TILE_ROWS) {
    const source = a + <usize>i * strideM, full = m - i >= TILE_ROWS;
    let q = 0;
    if (full && strideK == 4) {
      q = packRows(source, strideM, k, panels);
    } else if (full) {
      for (; q < k; q++) {
        const from = source + <usize>q * strideK, to = panels + <usize>(q * 20);
        v128.store(to, v128.load(from));
        store<f32>(to, load<f32>(from, 16), 16);
      }
    }
    for (; q < k; q++) {
      for (let r = 0; r < TILE_ROWS; r++) {
        const value: f32 = i + r < m ? load<f32>(source + <usize>r * strideM + <usize>q * strideK) : 0;
        store<f32>(panels + <usize>(q * 20 + (r << 2)), value);
      }
    }
    panels += <usize>(k * 20);
  }
}
