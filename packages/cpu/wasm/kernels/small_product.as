// Products of small matrices, the blocks of attention: B is packed, A is read where it lies. With a BLAS neither is.
import { madd } from "./simd";
import { scratch } from "./runtime";
import { blas, multiply, packB, storeEdge, storeRow, TILE_COLS } from "./product";

/** Rows of a tile: six, whose twelve results leave three vector registers for B and A. */
export const TILE_ROWS: i32 = 6;

/** Rows of a strip of a triangular block: fewer leave more out, and cost a BLAS more. */
export const STRIP_ROWS: i32 = 64;

/** Which part of a product is wanted when one of its sides is a block on the diagonal of causal attention. */
export const WHOLE: i32 = 0;
/** The result at and below the diagonal; tiles above it are left as they are. */
export const LOWER_RESULT: i32 = 1;
/** All of it, and `a` is zero above the diagonal. */
export const LOWER_A: i32 = 2;
/** All of it, and `a` is zero below the diagonal. */
export const UPPER_A: i32 = 3;

/** One tile of 6 x 8, with `a` where it lies: six rows, `strideK` bytes from one k to the next. */
function multiplyTileDirect(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  a4: usize,
  a5: usize,
  strideK: usize,
  b: usize,
  c: usize,
  ldc: usize,
  k: i32,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  const end = b + (<usize>k << 5);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.load_splat<f32>(a0);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load_splat<f32>(a1);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load_splat<f32>(a2);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load_splat<f32>(a3);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load_splat<f32>(a4);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    s = v128.load_splat<f32>(a5);
    c50 = madd(s, b0, c50);
    c51 = madd(s, b1, c51);
    a0 += strideK;
    a1 += strideK;
    a2 += strideK;
    a3 += strideK;
    a4 += strideK;
    a5 += strideK;
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
  c += ldc;
  storeRow(c, c50, c51, accumulate);
}

/** Makes the right operand b[k, n] of {@link multiplyBlock}: its panels, or for a BLAS where and how it lies. */
export function packBlock(b: usize, strideK: usize, strideN: usize, k: i32, n: i32, block: usize): void {
  if (!blas) return packB(b, strideK, strideN, k, n, block);
  store<usize>(block, b);
  store<usize>(block, strideK, 4);
  store<usize>(block, strideN, 8);
}

/** {@link multiplyBlock} through a BLAS: a triangular one in strips, so that a part of what is not wanted is left out. */
function multiplyStrips(
  a: usize,
  strideM: usize,
  strideK: usize,
  block: usize,
  c: usize,
  ldc: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  part: i32,
): void {
  const b = load<usize>(block), strideKB = load<usize>(block, 4), strideN = load<usize>(block, 8);
  const height = part == WHOLE ? m : STRIP_ROWS;
  for (let i = 0; i < m; i += height) {
    const end = min(i + height, m), cols = part == LOWER_RESULT ? min(end, n) : n;
    const first = part == UPPER_A ? min(i, k) : 0, last = part == LOWER_A ? min(end, k) : k;
    multiply(
      a + <usize>i * strideM + <usize>first * strideK, strideM, strideK,
      b + <usize>first * strideKB, strideKB, strideN,
      c + <usize>i * ldc, ldc,
      end - i, cols, last - first, accumulate,
    );
  }
}

/**
 * c[m, n] (+)= a[m, k] · (packed b[k, n]) for small matrices that lie in the cache: `a` is read where it is. A tile at
 * the lower edge reads the last row of `a` again for the rows that it lacks. Strides in bytes.
 */
export function multiplyBlock(
  a: usize,
  strideM: usize,
  strideK: usize,
  block: usize,
  c: usize,
  ldc: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  part: i32,
): void {
  if (blas) return multiplyStrips(a, strideM, strideK, block, c, ldc, m, n, k, accumulate, part);
  const edge = scratch;
  for (let j = 0; j < n; j += TILE_COLS) {
    const panelB = block + <usize>j * <usize>k * 4;
    for (let i = 0; i < m; i += TILE_ROWS) {
      if (part == LOWER_RESULT && j > i + TILE_ROWS - 1) continue;
      const first = part == UPPER_A ? min(i, k) : 0, last = part == LOWER_A ? min(i + TILE_ROWS, k) : k;
      const lastRow = m - i - 1;
      const a0 = a + <usize>i * strideM + <usize>first * strideK, b0 = panelB + (<usize>first << 5);
      const a1 = a0 + <usize>min(1, lastRow) * strideM, a2 = a0 + <usize>min(2, lastRow) * strideM;
      const a3 = a0 + <usize>min(3, lastRow) * strideM, a4 = a0 + <usize>min(4, lastRow) * strideM;
      const a5 = a0 + <usize>min(5, lastRow) * strideM;
      const tile = c + <usize>i * ldc + (<usize>j << 2);
      if (lastRow >= TILE_ROWS - 1 && n - j >= TILE_COLS) {
        multiplyTileDirect(a0, a1, a2, a3, a4, a5, strideK, b0, tile, ldc, last - first, accumulate);
      } else {
        multiplyTileDirect(a0, a1, a2, a3, a4, a5, strideK, b0, edge, 32, last - first, false);
        storeEdge(edge, tile, ldc, min(TILE_ROWS, lastRow + 1), min(TILE_COLS, n - j), accumulate);
      }
    }
  }
}
