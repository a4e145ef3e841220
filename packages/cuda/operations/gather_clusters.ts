import { elementCount, type GatherClustersArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, blockPerRow, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** out[i] = the part of x[floor(order[i] / replicas)] that is of the row's cluster, zeros for padding. */
export function gatherClusters(context: LaunchContext, args: GatherClustersArguments): void {
  const { x, order, replicas = 1, segments: { offsets }, out } = args;
  requireType(order, "i32");
  requireType(offsets, "i32");
  const [tokens] = matrixSize(x);
  const [rows, width] = matrixSize(out);
  const name = `gather_clusters_${floatName(x)}_${floatName(out)}`;
  context.launch({ module: "plain/gather_clusters", name }, blockPerRow(rows, width), [
    address(x),
    address(order),
    address(offsets),
    address(out),
    i32(replicas),
    i32(width),
    i32(tokens),
    i32(elementCount(offsets.shape) - 1),
  ]);
}
