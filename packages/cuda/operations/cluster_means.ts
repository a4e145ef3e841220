import type { ClusterMeansArguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { i32 } from "../pack_arguments.ts";
import { address, floatName, matrixSize, requireType } from "./_launching.ts";
import ptx from "./cluster_means.ptx" with { type: "text" };

/** means[e] = the mean of the rows of cluster e, scaled to unit length. */
export function clusterMeans(context: LaunchContext, { weights, means }: ClusterMeansArguments): void {
  requireType(means, "f32");
  const [neurons, width] = matrixSize(weights);
  const [experts] = matrixSize(means);
  const name = `cluster_means_${floatName(weights)}`;
  context.launch({ ptx, name }, { grid: [Math.ceil(width / 32), experts, 1], block: [32, 8, 1] }, [
    address(weights),
    address(means),
    i32(neurons / experts),
    i32(width),
  ]);
  context.launch({ ptx, name: "cluster_means_scale" }, { grid: [experts, 1, 1], block: [256, 1, 1] }, [
    address(means),
    i32(width),
  ]);
}
