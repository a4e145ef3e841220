// out += the number of elements that are not zero; the caller has set it to zero.
// Arguments: x, rows, cols, end of offsets (0: all rows), out.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { sumIntegers } from "./selection";

export function countNonzero(): void {
  const x = address(0), last = address(3);
  const elements = (last ? load<i32>(last) : argument(1)) * argument(2);
  const end = min(elements, shareEnd((elements + 15) >> 4) << 4), zero = f32x4.splat(0);
  // A comparison that holds is -1.
  let counts = i32x4.splat(0), more = counts;
  let i = shareStart((elements + 15) >> 4) << 4;
  for (; i + 8 <= end; i += 8) {
    const p = x + (<usize>i << 2);
    counts = i32x4.sub(counts, f32x4.ne(v128.load(p), zero));
    more = i32x4.sub(more, f32x4.ne(v128.load(p, 16), zero));
  }
  let count = sumIntegers(i32x4.add(counts, more));
  for (; i < end; i++) count += <i32>(load<f32>(x + (<usize>i << 2)) != 0);
  atomic.add<i32>(address(4), count);
}
