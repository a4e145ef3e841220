// out[i] = the part of x[floor(order[i] / replicas)] that is of the cluster in whose segment i lies; zeros where order
// is negative and behind the last segment, all bits set (NaN) where x has no such row.
// Arguments: x, order, replicas, out, rows, width of a cluster in bytes, rows of x, offsets, experts.
import { address, argument, shareEnd, shareStart } from "./runtime";

export function gatherClusters(): void {
  const x = address(0), order = address(1), replicas = argument(2), out = address(3), width = address(5);
  const offsets = address(7), experts = argument(8), stride = width * <usize>experts;
  const end = shareEnd(argument(4));
  for (let i = shareStart(argument(4)), e = 0; i < end; i++) {
    while (e < experts && i >= load<i32>(offsets + (<usize>e << 2), 4)) e++;
    const replica = e < experts ? load<i32>(order + (<usize>i << 2)) : -1, row = out + <usize>i * width;
    if (replica < 0) memory.fill(row, 0, width);
    else if (replica / replicas >= argument(6)) memory.fill(row, 0xff, width);
    else memory.copy(row, x + <usize>(replica / replicas) * stride + <usize>e * width, width);
  }
}
