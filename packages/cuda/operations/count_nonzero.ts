import { type CountNonzeroArguments, isPacked24 } from "@beyond24/device";
import { addressOfTensor, storageOf } from "../_storage.ts";
import type { LaunchContext } from "../launch_context.ts";
import { i32, i64, pointer } from "../pack_arguments.ts";
import { address, floatName, matrixSize, requireType, strided, usedRows } from "./_launching.ts";
import ptx from "./count_nonzero.ptx" with { type: "text" };

/** out = number of elements that are not zero. A packed matrix stores half of its elements for every row in use. */
export function countNonzero(context: LaunchContext, { x, offsets, out }: CountNonzeroArguments): void {
  requireType(out, "i32");
  const [rows, cols] = isPacked24(x) ? [x.rows, x.cols / 2] : matrixSize(x);
  const from = isPacked24(x) ? pointer(storageOf(x).address) : address(x);
  const name = `count_nonzero_${isPacked24(x) ? "bf16" : floatName(x)}`;
  context.driver.fill(addressOfTensor(out), 0, 4, 1);
  context.launch({ ptx, name }, strided(context, rows * cols, 8), [
    from,
    i64(rows * cols),
    usedRows(offsets),
    // Along rows two stored rows stand for four of the matrix: on average half a row for each, as along columns.
    i32(cols),
    address(out),
  ]);
}
