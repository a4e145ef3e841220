// out[i] = x[floor(order[i] / replicas)], zeros where it is negative.
// Arguments: x, order, replicas, out, rows, width in bytes.
import { address, argument, shareEnd, shareStart } from "./runtime";

export function gatherRows(): void {
  const x = address(0), order = address(1), replicas = argument(2), out = address(3), width = address(5);
  const end = shareEnd(argument(4));
  for (let i = shareStart(argument(4)); i < end; i++) {
    const replica = load<i32>(order + (<usize>i << 2)), row = out + <usize>i * width;
    if (replica < 0) memory.fill(row, 0, width);
    else memory.copy(row, x + <usize>(replica / replicas) * width, width);
  }
}
