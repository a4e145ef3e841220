import type { ClusterMeansArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { address, floatName, matrixSize, requireType } from "../launching/arguments.ts";

const module = "plain/cluster_means" as const;

const SHARES = 16;
const COLUMNS = 256;

/** means[e] = the mean of the rows of cluster e, scaled to unit length. */
export function clusterMeans(context: LaunchContext, { weights, means }: ClusterMeansArguments): void {
  requireType(means, "f32");
  const [neurons, width] = matrixSize(weights);
  const [experts] = matrixSize(means);
  const shares = pointer(context.scratch(4 * SHARES * experts * width));
  const name = `cluster_means_${floatName(weights)}`;
  context.launch({ module, name }, { grid: [Math.ceil(width / COLUMNS), SHARES, experts], block: [32, 8, 1] }, [
    address(weights),
    shares,
    i32(neurons / experts),
    i32(width),
  ]);
  context.launch({ module, name: "cluster_means_scale" }, { grid: [experts, 1, 1], block: [1024, 1, 1] }, [
    shares,
    address(means),
    i32(SHARES),
    i32(width),
  ]);
}
