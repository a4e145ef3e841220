// out[rows[t]] = x[t]; a row that `out` does not have goes nowhere.
// Arguments: x, rows, out, number of rows of x, width in bytes, rows of out.
import { address, argument, shareEnd, shareStart } from "./runtime";

export function writeRows(): void {
  const x = address(0), rows = address(1), out = address(2), width = address(4), end = shareEnd(argument(3));
  for (let t = shareStart(argument(3)); t < end; t++) {
    const row = load<u32>(rows + (<usize>t << 2));
    if (row < <u32>argument(5)) memory.copy(out + <usize>row * width, x + <usize>t * width, width);
  }
}
