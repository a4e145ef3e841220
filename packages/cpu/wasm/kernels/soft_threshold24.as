// packed = scale · S24(weights). Here a packed matrix is the dense matrix with zeros: 128-bit lanes multiply zeros as
// fast as anything else, so 2:4 brings no arithmetic gain on this device, and a smaller form would cost an unpacking.
// Arguments: weights, packed, rows, cols, groups along rows, scale, flips (0: not counted), 1 (0: the threshold is
// zero, so that the two largest stay as they are).
import { address, argument, number, shareEnd, shareStart } from "./runtime";
import { loadUpTo, storeUpTo } from "./partial";
import {
  column0, column1, column2, column3, keeps0, keeps1, keeps2, keeps3, magnitudeKeys, maskChanges, sumIntegers,
} from "./selection";

// @ts-ignore: decorator
@inline
function shrink(v: v128, threshold: v128, scale: v128, kept: v128): v128 {
  const magnitude = f32x4.sub(f32x4.abs(v), threshold);
  const moved = v128.or(magnitude, v128.and(v, i32x4.splat(0x80000000)));
  return v128.and(f32x4.mul(moved, scale), v128.and(kept, f32x4.ne(magnitude, f32x4.splat(0))));
}

/** The third largest of four keys, in each of four groups: what a group is shrunk by. */
// @ts-ignore: decorator
@inline
function thirdLargest(k0: v128, k1: v128, k2: v128, k3: v128): v128 {
  return i32x4.min_s(
    i32x4.max_s(i32x4.min_s(k0, k1), i32x4.min_s(k2, k3)),
    i32x4.min_s(i32x4.max_s(k0, k1), i32x4.max_s(k2, k3)),
  );
}

/** Groups along columns never cross a row, so the matrix is one run of groups; a thread takes whole sixteens. */
function alongCols(weights: usize, packed: usize, elements: i32, scale: v128, soft: v128, count: bool): i32 {
  let changes = i32x4.splat(0);
  const end = min(elements, shareEnd((elements + 15) >> 4) << 4);
  for (let i = shareStart((elements + 15) >> 4) << 4; i < end; i += 16) {
    const w = weights + (<usize>i << 2), p = packed + (<usize>i << 2), groups = (elements - i) >> 2;
    const zero = f32x4.splat(0);
    const b1 = groups > 1, b2 = groups > 2, b3 = groups > 3;
    const x0 = v128.load(w), x1 = b1 ? v128.load(w, 16) : zero;
    const x2 = b2 ? v128.load(w, 32) : zero, x3 = b3 ? v128.load(w, 48) : zero;
    const v0 = column0(x0, x1, x2, x3), v1 = column1(x0, x1, x2, x3);
    const v2 = column2(x0, x1, x2, x3), v3 = column3(x0, x1, x2, x3);
    const k0 = magnitudeKeys(v0), k1 = magnitudeKeys(v1), k2 = magnitudeKeys(v2), k3 = magnitudeKeys(v3);
    const kept0 = keeps0(k0, k1, k2, k3), kept1 = keeps1(k0, k1, k2, k3), kept2 = keeps2(k0, k1, k2, k3);
    const t = v128.and(thirdLargest(k0, k1, k2, k3), soft);
    const r0 = shrink(v0, t, scale, kept0), r1 = shrink(v1, t, scale, kept1);
    const r2 = shrink(v2, t, scale, kept2), r3 = shrink(v3, t, scale, keeps3(kept0, kept1, kept2));
    if (count) {
      const p0 = v128.load(p), p1 = b1 ? v128.load(p, 16) : zero;
      const p2 = b2 ? v128.load(p, 32) : zero, p3 = b3 ? v128.load(p, 48) : zero;
      changes = i32x4.add(
        changes,
        maskChanges(
          column0(p0, p1, p2, p3), column1(p0, p1, p2, p3), column2(p0, p1, p2, p3), column3(p0, p1, p2, p3),
          r0, r1, r2, r3,
        ),
      );
    }
    v128.store(p, column0(r0, r1, r2, r3));
    if (b1) v128.store(p, column1(r0, r1, r2, r3), 16);
    if (b2) v128.store(p, column2(r0, r1, r2, r3), 32);
    if (b3) v128.store(p, column3(r0, r1, r2, r3), 48);
  }
  return -sumIntegers(changes);
}

/** Groups along rows: four rows are already one element of four groups a vector. */
function alongRows(weights: usize, packed: usize, rows: i32, cols: i32, scale: v128, soft: v128, count: bool): i32 {
  let changes = i32x4.splat(0);
  const stride = <usize>cols << 2, end = shareEnd(rows >> 2);
  for (let block = shareStart(rows >> 2); block < end; block++) {
    for (let c = 0; c < cols; c += 4) {
      const offset = ((<usize>block << 2) * <usize>cols + <usize>c) << 2, w = weights + offset, p = packed + offset;
      const n = cols - c;
      const v0 = loadUpTo(w, n), v1 = loadUpTo(w + stride, n);
      const v2 = loadUpTo(w + 2 * stride, n), v3 = loadUpTo(w + 3 * stride, n);
      const k0 = magnitudeKeys(v0), k1 = magnitudeKeys(v1), k2 = magnitudeKeys(v2), k3 = magnitudeKeys(v3);
      const kept0 = keeps0(k0, k1, k2, k3), kept1 = keeps1(k0, k1, k2, k3), kept2 = keeps2(k0, k1, k2, k3);
      const t = v128.and(thirdLargest(k0, k1, k2, k3), soft);
      const r0 = shrink(v0, t, scale, kept0), r1 = shrink(v1, t, scale, kept1);
      const r2 = shrink(v2, t, scale, kept2), r3 = shrink(v3, t, scale, keeps3(kept0, kept1, kept2));
      if (count) {
        const p0 = loadUpTo(p, n), p1 = loadUpTo(p + stride, n);
        const p2 = loadUpTo(p + 2 * stride, n), p3 = loadUpTo(p + 3 * stride, n);
        changes = i32x4.add(changes, maskChanges(p0, p1, p2, p3, r0, r1, r2, r3));
      }
      storeUpTo(p, n, r0);
      storeUpTo(p + stride, n, r1);
      storeUpTo(p + 2 * stride, n, r2);
      storeUpTo(p + 3 * stride, n, r3);
    }
  }
  return -sumIntegers(changes);
}

export function softThreshold24(): void {
  const weights = address(0), packed = address(1), rows = argument(2), cols = argument(3);
  const scale = f32x4.splat(number(5)), flips = address(6);
  const soft = i32x4.splat(-argument(7));
  const changes = argument(4)
    ? alongRows(weights, packed, rows, cols, scale, soft, flips != 0)
    : alongCols(weights, packed, rows * cols, scale, soft, flips != 0);
  if (flips != 0) atomic.add<i32>(flips, changes);
}
