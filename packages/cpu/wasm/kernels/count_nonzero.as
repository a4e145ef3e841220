// out += the number of elements that are not zero; the caller has set it to zero.
// Arguments: x, rows, cols, end of offsets (0: all rows), out.
import { address, argument, shareEnd, shareStart } from "./runtime";

export function countNonzero(): void {
  const x = address(0), last = address(3);
  const elements = (last ? load<i32>(last) : argument(1)) * argument(2);
  let count = 0;
  const end = shareEnd(elements);
  for (let i = shareStart(elements); i < end; i++) count += <i32>(load<f32>(x + (<usize>i << 2)) != 0);
  atomic.add<i32>(address(4), count);
}
