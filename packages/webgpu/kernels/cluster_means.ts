import { type ClusterMeansArguments, elementCount } from "@beyond24/device";
import scaleSource from "./cluster_means_scale.wgsl" with { type: "text" };
import source from "./cluster_means.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** means[e] = the sum of the rows of cluster e, scaled to unit length. */
export function clusterMeans(launcher: Launcher, { weights, means }: ClusterMeansArguments): void {
  const [neurons = 0, width = 0] = weights.shape;
  const [experts = 1] = means.shape;
  launchElements(launcher, {
    kernel: "clusterMeans",
    source,
    tensors: { weights: reads(weights), means: writes(means) },
    integers: { width, cluster_rows: neurons / experts },
    count: elementCount(means.shape),
  });
  launchRows(launcher, {
    kernel: "clusterMeans scale",
    source: scaleSource,
    tensors: { means: writes(means) },
    integers: { width },
    rows: experts,
  });
}
