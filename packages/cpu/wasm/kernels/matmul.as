// out = op(a) · op(b).
// Arguments: a, row stride, k stride, b, k stride, column stride, out, row stride (bytes), m, n, k, accumulate.
import { address, argument } from "./runtime";
import { multiplyShare } from "./product";

export function matmul(): void {
  multiplyShare(
    address(0), address(1), address(2), address(3), address(4), address(5), address(6), address(7),
    argument(8), argument(9), argument(10), argument(11) != 0,
  );
}
