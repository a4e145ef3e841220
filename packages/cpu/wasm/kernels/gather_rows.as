// out[i] = x[floor(order[i] / replicas)], zeros where it is negative, all bits set (NaN) where x has no such row.
// Arguments: x, order, replicas, out, rows, width in bytes, rows of x.
import { address, argument, shareEnd, shareStart } from "./runtime";

export function gatherRows(): void {
  const x = address(0), order = address(1), replicas = argument(2), out = address(3), width = address(5);
  const end = shareEnd(argument(4));
  for (let i = shareStart(argument(4)); i < end; i++) {
    const replica = load<i32>(order + (<usize>i << 2)), row = out + <usize>i * width;
    if (replica < 0) memory.fill(row, 0, width);
    else if (replica / replicas >= argument(6)) memory.fill(row, 0xff, width);
    else memory.copy(row, x + <usize>(replica / replicas) * width, width);
  }
}
