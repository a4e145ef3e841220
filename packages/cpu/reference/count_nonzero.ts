import type { CountNonzeroArguments } from "@beyond24/device";
import { usedRows } from "./_expert_segments.ts";
import { integers } from "./_host_storage.ts";
import { matrixOf } from "./_matrix.ts";

/** out = the number of elements that are not zero. */
export function countNonzero({ x, segments, out }: CountNonzeroArguments): void {
  const { values, rows, cols, rowStride, colStride } = matrixOf(x);
  let count = 0;
  for (let r = 0; r < usedRows(rows, segments); r++) {
    for (let c = 0; c < cols; c++) count += values[r * rowStride + c * colStride] === 0 ? 0 : 1;
  }
  integers(out)[0] = count;
}
