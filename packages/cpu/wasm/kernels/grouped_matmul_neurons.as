// out_e = x_e · weights_eᵀ for every expert: a thread takes an equal share of the sorted rows, whatever their experts.
// Arguments: x, weights, offsets, out, experts, features D, cluster C.
import { address, argument } from "./runtime";
import { multiply } from "./product";
import { endColumn, endRow, findSegmentPart, firstColumn, firstRow, usedRow } from "./segments";

export function groupedMatmulNeurons(): void {
  const x = address(0), weights = address(1), offsets = address(2), out = address(3);
  const experts = argument(4), features = argument(5), cluster = argument(6);
  const width = <usize>features << 2, outWidth = <usize>cluster << 2;
  for (let e = 0; e < experts; e++) {
    findSegmentPart(x, width, offsets, experts, e, cluster);
    memory.fill(out + <usize>usedRow * outWidth, 0, <usize>(endRow - usedRow) * outWidth);
    multiply(
      x + <usize>firstRow * width, width, 4,
      weights + <usize>(e * cluster + firstColumn) * width, 4, width,
      out + <usize>firstRow * outWidth + (<usize>firstColumn << 2), outWidth,
      usedRow - firstRow, endColumn - firstColumn, features, false,
    );
  }
}
