// Products of a few rows, such as the one of a token that is decoded: nothing is packed, as every element of B is read
// once. The bits are those of the tiles (product.as): the same chain of fused multiply-adds in order of k for every
// block of BLOCK_K.
import { BLOCK_K, TILE_COLS } from "./panels";
import { scratch } from "./runtime";
import { highHalves, highPairs, lowHalves, lowPairs, madd } from "./simd";

/** Whether this is faster than packing: columns that lie across vectors are transposed anew for every row. */
// @ts-ignore: decorator
@inline
export function isFew(m: i32, strideN: usize): bool {
  return m <= (strideN == 4 ? 4 : 1);
}

/** Columns whose sums are kept at a time where B lies row by row: they stay in the first-level cache. */
const STRIP: i32 = 1024;

// @ts-ignore: decorator
@inline
function storeSums(c: usize, sums: v128, add: bool): void {
  v128.store(c, add ? f32x4.add(v128.load(c), sums) : sums);
}

/** One row by eight columns of B that are contiguous along k, as the row is: four of its values come as one vector. */
function dotColumns(a: usize, b: usize, strideN: usize, c: usize, k: i32, add: bool): void {
  let low = f32x4.splat(0), high = low;
  const far = b + 4 * strideN;
  let i = 0;
  for (; i + 4 <= k; i += 4) {
    const o = <usize>i << 2, p = b + o, q = far + o, v = v128.load(a + o);
    const r0 = v128.load(p), r1 = v128.load(p + strideN);
    const r2 = v128.load(p + 2 * strideN), r3 = v128.load(p + 3 * strideN);
    const r4 = v128.load(q), r5 = v128.load(q + strideN);
    const r6 = v128.load(q + 2 * strideN), r7 = v128.load(q + 3 * strideN);
    const t0 = lowPairs(r0, r1), t1 = highPairs(r0, r1), t2 = lowPairs(r2, r3), t3 = highPairs(r2, r3);
    const t4 = lowPairs(r4, r5), t5 = highPairs(r4, r5), t6 = lowPairs(r6, r7), t7 = highPairs(r6, r7);
    let s = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
    low = madd(s, lowHalves(t0, t2), low);
    high = madd(s, lowHalves(t4, t6), high);
    s = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
    low = madd(s, highHalves(t0, t2), low);
    high = madd(s, highHalves(t4, t6), high);
    s = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
    low = madd(s, lowHalves(t1, t3), low);
    high = madd(s, lowHalves(t5, t7), high);
    s = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
    low = madd(s, highHalves(t1, t3), low);
    high = madd(s, highHalves(t5, t7), high);
  }
  for (; i < k; i++) {
    const p = b + (<usize>i << 2), q = far + (<usize>i << 2), s = v128.load_splat<f32>(a + (<usize>i << 2));
    let v = v128.load_splat<f32>(p), w = v128.load_splat<f32>(q);
    v = v128.load_lane<f32>(p + 2 * strideN, v128.load_lane<f32>(p + 3 * strideN, v, 3), 2);
    v = v128.load_lane<f32>(p + strideN, v, 1);
    w = v128.load_lane<f32>(q + 2 * strideN, v128.load_lane<f32>(q + 3 * strideN, w, 3), 2);
    w = v128.load_lane<f32>(q + strideN, w, 1);
    low = madd(s, v, low);
    high = madd(s, w, high);
  }
  storeSums(c, low, add);
  storeSums(c + 16, high, add);
}

/** One row by a strip of columns of B that are contiguous along n: four rows of B at a time are added to the sums. */
function addRows(a: usize, strideA: usize, b: usize, strideK: usize, c: usize, n: i32, k: i32, add: bool): void {
  const sums = scratch, bytes = <usize>n << 2;
  memory.fill(sums, 0, bytes);
  let i = 0;
  for (; i + 4 <= k; i += 4) {
    const from = a + <usize>i * strideA, p = b + <usize>i * strideK;
    const s0 = v128.load_splat<f32>(from), s1 = v128.load_splat<f32>(from + strideA);
    const s2 = v128.load_splat<f32>(from + 2 * strideA), s3 = v128.load_splat<f32>(from + 3 * strideA);
    const p1 = p + strideK, p2 = p1 + strideK, p3 = p2 + strideK;
    for (let o: usize = 0; o < bytes; o += 16) {
      let v = madd(s0, v128.load(p + o), v128.load(sums + o));
      v = madd(s1, v128.load(p1 + o), v);
      v = madd(s2, v128.load(p2 + o), v);
      v128.store(sums + o, madd(s3, v128.load(p3 + o), v));
    }
  }
  for (; i < k; i++) {
    const s = v128.load_splat<f32>(a + <usize>i * strideA), p = b + <usize>i * strideK;
    for (let o: usize = 0; o < bytes; o += 16) v128.store(sums + o, madd(s, v128.load(p + o), v128.load(sums + o)));
  }
  for (let o: usize = 0; o < bytes; o += 16) storeSums(c + o, v128.load(sums + o), add);
}

/** A row whose values lie side by side: the row itself, or its copy. */
function contiguous(a: usize, strideA: usize, k: i32): usize {
  if (strideA == 4) return a;
  for (let i = 0; i < k; i++) store<f32>(scratch + (<usize>i << 2), load<f32>(a + <usize>i * strideA));
  return scratch;
}

/** c[m, n] (+)= a[m, k] · b[k, n] for a few rows and whole tiles of columns. Strides in bytes; one of B's must be 4. */
export function multiplyFew(
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
  const width = strideN == 4 ? STRIP : TILE_COLS;
  for (let j = 0; j < n; j += width) {
    const cols = min(width, n - j);
    for (let p = 0; p < k; p += BLOCK_K) {
      const depth = min(BLOCK_K, k - p), add = accumulate || p > 0;
      const from = b + <usize>p * strideKB + <usize>j * strideN;
      for (let i = 0; i < m; i++) {
        const row = a + <usize>i * strideM + <usize>p * strideKA, to = c + <usize>i * ldc + (<usize>j << 2);
        if (strideN == 4) addRows(row, strideKA, from, strideKB, to, cols, depth, add);
        else dotColumns(contiguous(row, strideKA, depth), from, strideN, to, depth, add);
      }
    }
  }
}
