// out_e = y_eᵀ · x_e for every expert, contracted over its tokens. A thread's share is an equal part of the sorted
// rows: it does the experts that lie inside alone, and of those at its borders as many columns of the result as it has
// rows of them. So threads are balanced however the tokens were routed, and most experts are packed once. Arguments: y,
// x, offsets, out, experts, features D, cluster C, accumulate.
import { address, argument, thread, threads } from "./runtime";
import { multiply, multiplyShare } from "./product";
import { endBeforeZeros } from "./segments";

/** Columns are given away in eights. */
const UNIT: i32 = 8;

/** The column that lies at row `row` of a segment, when its rows are laid along the columns. */
function columnAt(row: i64, start: i32, end: i32, columns: i32): i32 {
  const part = <i32>(<i64>columns * (row - start) / <i64>(end - start));
  return row >= end ? columns : part / UNIT * UNIT;
}

export function groupedMatmulWeights(): void {
  const y = address(0), x = address(1), offsets = address(2), out = address(3);
  const experts = argument(4), features = argument(5), cluster = argument(6), accumulate = argument(7) != 0;
  const width = <usize>features << 2, inWidth = <usize>cluster << 2;
  const total = <i64>load<i32>(offsets + (<usize>experts << 2));
  // The bits of a BLAS depend on how a product is cut: an only expert is cut like the plain product.
  if (experts == 1) {
    const start = load<i32>(offsets), rows = <i32>total - start;
    return multiplyShare(
      y + <usize>start * inWidth, 4, inWidth,
      x + <usize>start * width, width, 4,
      out, width,
      cluster, features, rows, accumulate,
    );
  }
  const first = total * thread / threads, last = total * (thread + 1) / threads;
  for (let e = 0; e < experts; e++) {
    const start = load<i32>(offsets + (<usize>e << 2));
    const end = load<i32>(offsets + (<usize>e << 2), 4);
    const result = out + <usize>e * <usize>cluster * width;
    if (start == end) {
      if (e % threads == thread && !accumulate) memory.fill(result, 0, <usize>cluster * width);
      continue;
    }
    const from = columnAt(max<i64>(first, start), start, end, features);
    const to = columnAt(min<i64>(last, end), start, end, features);
    if (from >= to) continue;
    const column = <usize>from << 2;
    multiply(
      y + <usize>start * inWidth, 4, inWidth,
      x + <usize>start * width + column, width, 4,
      result + column, width,
      cluster, to - from, endBeforeZeros(y, inWidth, start, end) - start, accumulate,
    );
  }
}
