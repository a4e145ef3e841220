// A stable counting sort of the replicas by expert, segments padded to a multiple of `align`; thread 0 alone, as it is
// one pass over a few thousand integers.
// Arguments: experts, replicas, number of experts, align, order, capacity, positions, offsets, counts, spread.
import { address, argument, scratch, thread } from "./runtime";

/** The row of a spread segment that holds what sorting puts into a row: its four quarters are dealt in turn. */
function spreadRow(row: i32, offset: usize): i32 {
  const start = load<i32>(offset), quarter = (load<i32>(offset + 4) - start) >> 2, place = row - start;
  return start + 4 * (place % quarter) + place / quarter;
}

export function groupTokens(): void {
  if (thread != 0) return;
  const experts = address(0), replicas = argument(1), count = argument(2), align = argument(3);
  const order = address(4), positions = address(6), offsets = address(7), counts = address(8);
  const spread = argument(9) != 0;
  memory.fill(counts, 0, <usize>count << 2);
  for (let i = 0; i < replicas; i++) {
    const expert = load<u32>(experts + (<usize>i << 2)), size = counts + (<usize>expert << 2);
    if (expert >= <u32>count) continue;
    store<i32>(size, load<i32>(size) + 1);
  }
  let start = 0;
  for (let e = 0; e < count; e++) {
    const o = <usize>e << 2;
    store<i32>(offsets + o, start);
    store<i32>(scratch + o, start);
    start += (load<i32>(counts + o) + align - 1) / align * align;
  }
  store<i32>(offsets + (<usize>count << 2), start);
  memory.fill(order, 0xff, <usize>argument(5) << 2);
  for (let i = 0; i < replicas; i++) {
    const expert = load<u32>(experts + (<usize>i << 2)), next = scratch + (<usize>expert << 2);
    if (expert >= <u32>count) {
      store<i32>(positions + (<usize>i << 2), -1);
      continue;
    }
    let row = load<i32>(next);
    store<i32>(next, row + 1);
    if (spread) row = spreadRow(row, offsets + (<usize>expert << 2));
    store<i32>(order + (<usize>row << 2), i);
    store<i32>(positions + (<usize>i << 2), row);
  }
}
