// out_e = x_e · weights_eᵀ for every expert: a thread takes an equal share of the sorted rows, whatever their experts.
// Arguments: x, weights, offsets, out, experts, features D, cluster C.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { BLAS_UNIT, multiply } from "./product";
import { endBeforeZeros } from "./segments";

export function groupedMatmulNeurons(): void {
  const x = address(0), weights = address(1), offsets = address(2), out = address(3);
  const experts = argument(4), features = argument(5), cluster = argument(6);
  const width = <usize>features << 2, outWidth = <usize>cluster << 2;
  const total = load<i32>(offsets + (<usize>experts << 2));
  const units = (total + BLAS_UNIT - 1) / BLAS_UNIT;
  const first = shareStart(units) * BLAS_UNIT, last = shareEnd(units) * BLAS_UNIT;
  for (let e = 0; e < experts; e++) {
    const start = max(first, load<i32>(offsets + (<usize>e << 2)));
    const end = min(last, load<i32>(offsets + (<usize>e << 2), 4));
    if (start >= end) continue;
    const used = endBeforeZeros(x, width, start, end);
    memory.fill(out + <usize>used * outWidth, 0, <usize>(end - used) * outWidth);
    multiply(
      x + <usize>start * width, width, 4,
      weights + <usize>e * <usize>cluster * width, 4, width,
      out + <usize>start * outWidth, outWidth,
      used - start, cluster, features, false,
    );
  }
}
