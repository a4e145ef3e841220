// out_e = y_eᵀ · x_e for every expert, contracted over its tokens. The result is split as a matrix, the same way for
// every expert, so that threads are balanced however the tokens were routed.
// Arguments: y, x, offsets, out, experts, features D, cluster C, accumulate.
import { address, argument } from "./runtime";
import { multiplyShare } from "./product";

export function groupedMatmulWeights(): void {
  const y = address(0), x = address(1), offsets = address(2), out = address(3);
  const experts = argument(4), features = argument(5), cluster = argument(6), accumulate = argument(7) != 0;
  const width = <usize>features << 2, inWidth = <usize>cluster << 2;
  for (let e = 0; e < experts; e++) {
    const start = load<i32>(offsets + (<usize>e << 2));
    const end = load<i32>(offsets + (<usize>e << 2), 4);
    multiplyShare(
      y + <usize>start * inWidth, 4, inWidth,
      x + <usize>start * width, width, 4,
      out + <usize>e * <usize>cluster * width, width,
      cluster, features, end - start, accumulate,
    );
  }
}
