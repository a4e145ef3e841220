// packed = the two elements of largest magnitude in every group of four, or without bias two of every four rows, as
// a dense matrix with zeros. Arguments: x, packed, rows, cols, groups along rows, end of offsets (0: all rows), step
// (0: the largest), key.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { loadUpTo, storeUpTo } from "./partial";
import { column0, column1, column2, column3, keeps0, keeps1, keeps2, keeps3, magnitudeKeys } from "./selection";
import { drawState, groupState, storeUnbiased } from "./unbiased";

/**
 * What is kept, without zeros: a -0 in a packed matrix would mean a kept zero, see squared_relu_backward_select24.as.
 */
// @ts-ignore: decorator
@inline
function masked(v: v128, kept: v128): v128 {
  return v128.and(v, v128.and(kept, f32x4.ne(v, f32x4.splat(0))));
}

function alongCols(x: usize, packed: usize, elements: i32): void {
  const end = min(elements, shareEnd((elements + 15) >> 4) << 4);
  for (let i = shareStart((elements + 15) >> 4) << 4; i < end; i += 16) {
    const from = x + (<usize>i << 2), to = packed + (<usize>i << 2), groups = (elements - i) >> 2;
    const zero = f32x4.splat(0);
    const b1 = groups > 1, b2 = groups > 2, b3 = groups > 3;
    const x0 = v128.load(from), x1 = b1 ? v128.load(from, 16) : zero;
    const x2 = b2 ? v128.load(from, 32) : zero, x3 = b3 ? v128.load(from, 48) : zero;
    const v0 = column0(x0, x1, x2, x3), v1 = column1(x0, x1, x2, x3);
    const v2 = column2(x0, x1, x2, x3), v3 = column3(x0, x1, x2, x3);
    const k0 = magnitudeKeys(v0), k1 = magnitudeKeys(v1), k2 = magnitudeKeys(v2), k3 = magnitudeKeys(v3);
    const kept0 = keeps0(k0, k1, k2, k3), kept1 = keeps1(k0, k1, k2, k3), kept2 = keeps2(k0, k1, k2, k3);
    const m0 = masked(v0, kept0), m1 = masked(v1, kept1);
    const m2 = masked(v2, kept2), m3 = masked(v3, keeps3(kept0, kept1, kept2));
    v128.store(to, column0(m0, m1, m2, m3));
    if (b1) v128.store(to, column1(m0, m1, m2, m3), 16);
    if (b2) v128.store(to, column2(m0, m1, m2, m3), 32);
    if (b3) v128.store(to, column3(m0, m1, m2, m3), 48);
  }
}

function alongRows(x: usize, packed: usize, rows: i32, cols: i32): void {
  const stride = <usize>cols << 2, end = shareEnd(rows >> 2);
  for (let block = shareStart(rows >> 2); block < end; block++) {
    for (let c = 0; c < cols; c += 4) {
      const offset = ((<usize>block << 2) * <usize>cols + <usize>c) << 2, n = cols - c;
      const from = x + offset, to = packed + offset;
      const v0 = loadUpTo(from, n), v1 = loadUpTo(from + stride, n);
      const v2 = loadUpTo(from + 2 * stride, n), v3 = loadUpTo(from + 3 * stride, n);
      const k0 = magnitudeKeys(v0), k1 = magnitudeKeys(v1), k2 = magnitudeKeys(v2), k3 = magnitudeKeys(v3);
      const kept0 = keeps0(k0, k1, k2, k3), kept1 = keeps1(k0, k1, k2, k3), kept2 = keeps2(k0, k1, k2, k3);
      storeUpTo(to, n, masked(v0, kept0));
      storeUpTo(to + stride, n, masked(v1, kept1));
      storeUpTo(to + 2 * stride, n, masked(v2, kept2));
      storeUpTo(to + 3 * stride, n, masked(v3, keeps3(kept0, kept1, kept2)));
    }
  }
}

function withoutBias(x: usize, packed: usize, rows: i32, cols: i32, state: i32): void {
  const stride = <usize>cols << 2, end = shareEnd(rows >> 2);
  for (let block = shareStart(rows >> 2); block < end; block++) {
    const ofBlock = groupState(state, block);
    for (let c = 0; c < cols; c += 4) {
      const offset = ((<usize>block << 2) * <usize>cols + <usize>c) << 2, n = cols - c, from = x + offset;
      const v0 = loadUpTo(from, n), v1 = loadUpTo(from + stride, n);
      const v2 = loadUpTo(from + 2 * stride, n), v3 = loadUpTo(from + 3 * stride, n);
      storeUnbiased(packed + offset, stride, 4, n, v0, v1, v2, v3, ofBlock, c);
    }
  }
}

export function select24(): void {
  const last = address(5), cols = argument(3), step = address(6);
  const rows = last ? load<i32>(last) : argument(2);
  if (step) withoutBias(address(0), address(1), rows, cols, drawState(argument(7), step));
  else if (argument(4)) alongRows(address(0), address(1), rows, cols);
  else alongCols(address(0), address(1), rows * cols);
}
