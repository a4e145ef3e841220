import { elementCount, type RecordRowArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, matrixSize, requireType } from "../launching/arguments.ts";

const module = "plain/record_row" as const;

/** Appends a row of statistics to a ring. */
export function recordRow(context: LaunchContext, { values, ring, cursor }: RecordRowArguments): void {
  requireType(ring, "f32");
  requireType(cursor, "i32");
  const [rows, width] = matrixSize(ring);
  let column = 0;
  for (const value of values) {
    const count = elementCount(value.shape);
    if (value.dtype !== "i32") requireType(value, "f32");
    context.launch({ module, name: `record_row_${value.dtype}` }, { grid: [1, 1, 1], block: [128, 1, 1] }, [
      address(value),
      i32(count),
      address(ring),
      address(cursor),
      i32(rows),
      i32(width),
      i32(column),
    ]);
    column += count;
  }
  if (column !== width) {
    throw new TypeError(`Cannot record a row as the ring is ${width} wide: current value is ${column}`);
  }
  context.launch({ module, name: "record_row_advance" }, { grid: [1, 1, 1], block: [1, 1, 1] }, [address(cursor)]);
}
