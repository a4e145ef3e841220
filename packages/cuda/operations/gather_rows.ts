import { elementCount, type GatherRowsArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, blockPerRow, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** out[i] = x[floor(order[i] / replicas)], zeros for padding. */
export function gatherRows(context: LaunchContext, { x, order, replicas = 1, out }: GatherRowsArguments): void {
  requireType(order, "i32");
  const [tokens, width] = matrixSize(x);
  const name = `gather_rows_${floatName(x)}_${floatName(out)}`;
  context.launch({ module: "plain/gather_rows", name }, blockPerRow(elementCount(order.shape), width), [
    address(x),
    address(order),
    address(out),
    i32(replicas),
    i32(width),
    i32(tokens),
  ]);
}
