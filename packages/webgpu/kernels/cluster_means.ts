import type { ClusterMeansArguments } from "@beyond24/device";
import reduceMax from "./_reduce_max.wgsl" with { type: "text" };
import scaleSource from "./cluster_means_scale.wgsl" with { type: "text" };
import source from "./cluster_means.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Parts of a cluster that are summed up apart: a constant, so that the second launch loads all of them at once. */
const CHUNKS = 16;

/**
 * means[e] = the sum of the rows of cluster e, scaled to unit length: in chunks, so that many invocations work. A short
 * cluster has empty chunks behind its last row.
 */
export function clusterMeans(launcher: Launcher, { weights, means }: ClusterMeansArguments): void {
  const [neurons = 0, width = 0] = weights.shape;
  const [experts = 1] = means.shape;
  const clusterRows = neurons / experts;
  const count = experts * CHUNKS * width;
  const partials = launcher.scratch("clusterMeans", count, "f32");
  launchElements(launcher, {
    kernel: "clusterMeans",
    source,
    tensors: { weights: reads(weights), partials: writes(partials) },
    constants: { CHUNKS },
    integers: { width, cluster_rows: clusterRows, chunk_rows: Math.ceil(clusterRows / CHUNKS) },
    count,
  });
  launchRows(launcher, {
    kernel: "clusterMeans scale",
    source: reduceMax + scaleSource,
    tensors: { partials: reads(partials), means: writes(means) },
    constants: { CHUNKS },
    integers: { width },
    rows: experts,
    lanes: 256,
  });
}
