import type { ScatterRowsArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, blockPerRow, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** out[t] = sum over slots of x[positions[t, slot]]. */
export function scatterRows(context: LaunchContext, { x, positions, out }: ScatterRowsArguments): void {
  requireType(positions, "i32");
  const [rows, width] = matrixSize(x);
  const [tokens, slots] = matrixSize(positions);
  const name = `scatter_rows_${floatName(x)}_${floatName(out)}`;
  context.launch({ module: "plain/scatter_rows", name }, blockPerRow(tokens, width), [
    address(x),
    address(positions),
    address(out),
    i32(slots),
    i32(width),
    i32(rows),
  ]);
}
