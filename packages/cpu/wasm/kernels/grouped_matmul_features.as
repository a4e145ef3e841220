// out_e = y_e · weights_e for every expert: a thread takes an equal share of the sorted rows, whatever their experts.
// Arguments: y, weights, offsets, out, experts, features D, cluster C.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { BLAS_UNIT, multiply } from "./product";
import { endBeforeZeros } from "./segments";

export function groupedMatmulFeatures(): void {
  const y = address(0), weights = address(1), offsets = address(2), out = address(3);
  const experts = argument(4), features = argument(5), cluster = argument(6);
  const width = <usize>features << 2, inWidth = <usize>cluster << 2;
  const total = load<i32>(offsets + (<usize>experts << 2));
  const units = (total + BLAS_UNIT - 1) / BLAS_UNIT;
  const first = shareStart(units) * BLAS_UNIT, last = shareEnd(units) * BLAS_UNIT;
  for (let e = 0; e < experts; e++) {
    const start = max(first, load<i32>(offsets + (<usize>e << 2)));
    const end = min(last, load<i32>(offsets + (<usize>e << 2), 4));
    if (start >= end) continue;
    const used = endBeforeZeros(y, inWidth, start, end);
    memory.fill(out + <usize>used * width, 0, <usize>(end - used) * width);
    multiply(
      y + <usize>start * inWidth, inWidth, 4,
      weights + <usize>e * <usize>cluster * width, width, 4,
      out + <usize>start * width, width,
      used - start, features, cluster, false,
    );
  }
}
