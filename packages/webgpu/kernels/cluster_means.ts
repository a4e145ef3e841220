import type { ClusterMeansArguments } from "@beyond24/device";
import scaleSource from "./cluster_means_scale.wgsl" with { type: "text" };
import source from "./cluster_means.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Rows that one invocation sums up. */
const CHUNK_ROWS = 32;

/** means[e] = the sum of the rows of cluster e, scaled to unit length: in chunks, so that many invocations work. */
export function clusterMeans(launcher: Launcher, { weights, means }: ClusterMeansArguments): void {
  const [neurons = 0, width = 0] = weights.shape;
  const [experts = 1] = means.shape;
  const clusterRows = neurons / experts;
  const chunks = Math.ceil(clusterRows / CHUNK_ROWS);
  const count = experts * chunks * width;
  const partials = launcher.scratch("clusterMeans", count, "f32");
  launchElements(launcher, {
    kernel: "clusterMeans",
    source,
    tensors: { weights: reads(weights), partials: writes(partials) },
    integers: { width, cluster_rows: clusterRows, chunks, chunk_rows: CHUNK_ROWS },
    count,
  });
  launchRows(launcher, {
    kernel: "clusterMeans scale",
    source: scaleSource,
    tensors: { partials: reads(partials), means: writes(means) },
    integers: { width, chunks },
    rows: experts,
  });
}
