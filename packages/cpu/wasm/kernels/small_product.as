// Products of small matrices that lie in the cache, the blocks of attention. A block of B is packed once for several
// products; with a BLAS nothing is packed.
import { packB } from "./panels";
import { blas, LOWER_A, LOWER_RESULT, multiply, multiplyPacked, UPPER_A, WHOLE } from "./product";

/** Rows of a strip of a triangular block: fewer leave more out, and cost a BLAS more. */
export const STRIP_ROWS: i32 = 64;

/** Makes the right operand b[k, n] of {@link multiplyBlock}: its panels, or for a BLAS where and how it lies. */
export function packBlock(b: usize, strideK: usize, strideN: usize, k: i32, n: i32, block: usize): void {
  if (!blas) return packB(b, strideK, strideN, k, n, block);
  store<usize>(block, b);
  store<usize>(block, strideK, 4);
  store<usize>(block, strideN, 8);
}

/**
 * {@link multiplyBlock} through a BLAS: a triangular one in strips, so that a part of what is not wanted is left out.
 */
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

/** A part of c[m, n] (+)= a[m, k] · b[k, n], where `block` is b packed by {@link packBlock}. Strides in bytes. */
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
  if (blas) multiplyStrips(a, strideM, strideK, block, c, ldc, m, n, k, accumulate, part);
  else multiplyPacked(a, strideM, strideK, block, c, ldc, m, n, k, accumulate, part);
}
