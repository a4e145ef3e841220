// The dense product that everything with a matrix in it is made of. Blocks of A and B are packed into panels (five rows
// of A, eight columns of B, contiguous along k), a block of A stays in the second-level cache, a panel of B in the
// first, and a tile of 5 x 8 results in ten of the sixteen vector registers (two more hold B, two A).
//
// Every element is the sum over blocks of BLOCK_K of one chain of fused multiply-adds in order of k, wherever its tile
// lies. So the bits do not depend on how the result is split among threads.
import { isFew, multiplyFew } from "./few_rows";
import { BLOCK_K, packA, packB, TILE_COLS, TILE_ROWS } from "./panels";
import { madd } from "./simd";
import { scratch, thread, threads } from "./runtime";

const BLOCK_M: i32 = 60;
const BLOCK_N: i32 = 1024;

/** Which part of a product is wanted when one of its sides is a block on the diagonal of causal attention. */
export const WHOLE: i32 = 0;
/** The result at and below the diagonal; tiles above it are left as they are. */
export const LOWER_RESULT: i32 = 1;
/** All of it, and `a` is zero above the diagonal. */
export const LOWER_A: i32 = 2;
/** All of it, and `a` is zero below the diagonal. */
export const UPPER_A: i32 = 3;

/** Offsets in a thread's scratch memory: a tile at the edge, the panels of A, the panels of B. */
export const EDGE_BYTES: usize = 256;
export const PANELS_A_BYTES: usize = BLOCK_M * BLOCK_K * 4;
export const PANELS_B_BYTES: usize = BLOCK_K * BLOCK_N * 4;
export const PRODUCT_SCRATCH: usize = EDGE_BYTES + PANELS_A_BYTES + PANELS_B_BYTES;

// A product through a BLAS library: strides become its transpose flags. Only called when `useBlas` is set.
// @ts-ignore: decorator
@external("env", "sgemm")
declare function sgemm(
  transposeA: i32,
  transposeB: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  beta: f32,
  c: usize,
  ldc: i32,
): void;

/** Whether products go to a BLAS library. */
export let blas: bool = false;

/** Shares of a BLAS product end on multiples of this: the tiles of its kernels are 4 to 32 wide. */
export const BLAS_UNIT: i32 = 32;

export function useBlas(use: bool): void {
  blas = use;
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    low = f32x4.add(v128.load(c), low);
    high = f32x4.add(v128.load(c, 16), high);
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

/**
 * One tile: c[5, 8] (+)= a[5, k] · b[k, 8], both packed. Every load is checked against the end of the memory, which
 * costs three instructions: so four values of A come as one vector, whose lanes are broadcast by shuffles.
 */
function multiplyTile(a: usize, b: usize, c: usize, ldc: usize, k: i32, accumulate: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00;
  const end = b + (<usize>k << 5);
  while (b < end) {
    const v = v128.load(a), b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load_splat<f32>(a, 16);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    a += 20;
    b += 32;
  }
  storeRow(c, c00, c01, accumulate);
  c += ldc;
  storeRow(c, c10, c11, accumulate);
  c += ldc;
  storeRow(c, c20, c21, accumulate);
  c += ldc;
  storeRow(c, c30, c31, accumulate);
  c += ldc;
  storeRow(c, c40, c41, accumulate);
}

/** Copies (or adds) the part of the edge tile that lies inside the result. */
function storeEdge(edge: usize, c: usize, ldc: usize, rows: i32, cols: i32, accumulate: bool): void {
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < cols; q++) {
      const target = c + <usize>r * ldc + (<usize>q << 2);
      const value = load<f32>(edge + (<usize>(r * TILE_COLS + q) << 2));
      store<f32>(target, accumulate ? load<f32>(target) + value : value);
    }
  }
}

/** A part of c[m, n] (+)= a[m, k] · (packed b[k, n]) for k up to BLOCK_K and any m and n. Strides in bytes. */
export function multiplyPacked(
  a: usize,
  strideM: usize,
  strideK: usize,
  panelsB: usize,
  c: usize,
  ldc: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  part: i32,
): void {
  const edge = scratch, panelsA = scratch + EDGE_BYTES;
  for (let first = 0; first < m; first += BLOCK_M) {
    const rows = min(BLOCK_M, m - first);
    packA(a + <usize>first * strideM, strideM, strideK, rows, k, panelsA);
    for (let j = 0; j < n; j += TILE_COLS) {
      for (let i = 0; i < rows; i += TILE_ROWS) {
        const row = first + i, below = row + TILE_ROWS;
        if (part == LOWER_RESULT && j >= below) continue;
        const from = part == UPPER_A ? min(row, k) : 0, depth = (part == LOWER_A ? min(below, k) : k) - from;
        const panelA = panelsA + <usize>(i * k + from * TILE_ROWS) * 4;
        const panelB = panelsB + <usize>(j * k + from * TILE_COLS) * 4;
        const tile = c + <usize>row * ldc + (<usize>j << 2);
        if (rows - i >= TILE_ROWS && n - j >= TILE_COLS) {
          multiplyTile(panelA, panelB, tile, ldc, depth, accumulate);
        } else {
          multiplyTile(panelA, panelB, edge, 32, depth, false);
          storeEdge(edge, tile, ldc, min(TILE_ROWS, rows - i), min(TILE_COLS, n - j), accumulate);
        }
      }
    }
  }
}

/** c[m, n] (+)= a[m, k] · b[k, n] on this thread alone. Strides in bytes; of `a` and of `b` one must be 4. */
export function multiply(
  a: usize,
  strideM: usize,
  strideKA: usize,
  b: usize,
  strideKB: usize,
  strideN: usize,
  c: usize,
  ldc: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
): void {
  if (m <= 0 || n <= 0) return;
  if (k <= 0) {
    if (!accumulate) for (let i = 0; i < m; i++) memory.fill(c + <usize>i * ldc, 0, <usize>n << 2);
    return;
  }
  if (blas) {
    const transposeA = strideKA != 4, transposeB = strideN != 4;
    // A single row or column may carry the stride of either form, and a BLAS wants at least the extent.
    const lda = max(<i32>((transposeA ? strideKA : strideM) >> 2), transposeA ? m : k);
    const ldb = max(<i32>((transposeB ? strideN : strideKB) >> 2), transposeB ? k : n);
    sgemm(transposeA, transposeB, m, n, k, a, lda, b, ldb, accumulate ? 1 : 0, c, <i32>(ldc >> 2));
    return;
  }
  const panelsB = scratch + EDGE_BYTES + PANELS_A_BYTES;
  // What is left of the last tile is packed.
  const done = isFew(m, strideN) ? n & ~(TILE_COLS - 1) : 0;
  if (done > 0) multiplyFew(a, strideM, strideKA, b, strideKB, strideN, c, ldc, m, done, k, accumulate);
  for (let j = done; j < n; j += BLOCK_N) {
    const cols = min(BLOCK_N, n - j);
    for (let p = 0; p < k; p += BLOCK_K) {
      const depth = min(BLOCK_K, k - p);
      packB(b + <usize>p * strideKB + <usize>j * strideN, strideKB, strideN, depth, cols, panelsB);
      const add = accumulate || p > 0;
      const from = a + <usize>p * strideKA, to = c + (<usize>j << 2);
      multiplyPacked(from, strideM, strideKA, panelsB, to, ldc, m, cols, depth, add, WHOLE);
    }
  }
}

/**
 * Rows of the grid of threads over an m x n result: the divisor that makes the shares squarest, so packing cheapest.
 */
export function gridRows(m: i32, n: i32): i32 {
  let best = 1;
  let cost: f32 = Infinity;
  for (let rows = 1; rows <= threads; rows++) {
    if (threads % rows != 0) continue;
    const perimeter = <f32>m / <f32>rows + <f32>n * <f32>rows / <f32>threads;
    if (perimeter < cost) {
      cost = perimeter;
      best = rows;
    }
  }
  return best;
}

/** End of part `index` of `parts` of an extent, on a multiple of `unit` but for the last. */
export function partEnd(extent: i32, unit: i32, index: i32, parts: i32): i32 {
  const units = (extent + unit - 1) / unit;
  return min(extent, <i32>(<i64>units * <i64>index / <i64>parts) * unit);
}

/** A thread's part of a result: rows `top` to `bottom`, columns `left` to `right`. */
export let top: i32 = 0;
export let bottom: i32 = 0;
export let left: i32 = 0;
export let right: i32 = 0;

/** Finds this thread's part of an m x n result: a cell of the grid of threads. */
export function findPart(m: i32, n: i32): void {
  const rows = gridRows(m, n), cols = threads / rows;
  const unitM = blas ? BLAS_UNIT : TILE_ROWS, unitN = blas ? BLAS_UNIT : TILE_COLS;
  top = partEnd(m, unitM, thread / cols, rows);
  bottom = partEnd(m, unitM, thread / cols + 1, rows);
  left = partEnd(n, unitN, thread % cols, cols);
  right = partEnd(n, unitN, thread % cols + 1, cols);
}

/** This thread's share of c[m, n] (+)= a · b; a few rows never go to a BLAS, which would pack all of B for them. */
export function multiplyShare(
  a: usize,
  strideM: usize,
  strideKA: usize,
  b: usize,
  strideKB: usize,
  strideN: usize,
  c: usize,
  ldc: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
): void {
  findPart(m, n);
  const rows = bottom - top, cols = right - left;
  a += <usize>top * strideM;
  b += <usize>left * strideN;
  c += <usize>top * ldc + (<usize>left << 2);
  if (blas && isFew(m, strideN) && k > 0 && cols % TILE_COLS == 0) {
    multiplyFew(a, strideM, strideKA, b, strideKB, strideN, c, ldc, rows, cols, k, accumulate);
  } else {
    multiply(a, strideM, strideKA, b, strideKB, strideN, c, ldc, rows, cols, k, accumulate);
  }
}
