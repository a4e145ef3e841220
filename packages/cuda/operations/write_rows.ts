import { elementCount, type WriteRowsArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, blockPerRow, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** out[rows[t]] = x[t], converted. */
export function writeRows(context: LaunchContext, { x, rows, out }: WriteRowsArguments): void {
  requireType(rows, "i32");
  const [capacity, width] = matrixSize(out);
  const name = `write_rows_${floatName(x)}_${floatName(out)}`;
  context.launch({ module: "plain/write_rows", name }, blockPerRow(elementCount(rows.shape), width), [
    address(x),
    address(rows),
    address(out),
    i32(width),
    i32(capacity),
  ]);
}
