import type { ClusterMeansArguments } from "@beyond24/device";
import { launchElements } from "./_launch_elements.ts";
import { launchRows } from "./_launch_rows.ts";
import { reduceMax } from "./_reductions.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { each, part, wgsl } from "../_wgsl.ts";

/** Parts of a cluster that are summed up apart: a constant, so that the second launch loads all of them at once. */
const CHUNKS = 16;

/** The sum of some rows of a cluster. */
const SUM = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = index_of(id, groups);
    if (i >= args.count) {
      return;
    }
    let d = i % args.width;
    let chunk = i / args.width;
    let cluster = chunk / CHUNKS;
    let end_of_cluster = (cluster + 1u) * args.cluster_rows;
    let first = cluster * args.cluster_rows + chunk % CHUNKS * args.chunk_rows;
    let end = min(first + args.chunk_rows, end_of_cluster);
    var sum = 0.0;
    // Eight rows are on their way at once; those behind the end count as zero.
    for (var row = first; row < end; row += 8u) {
      ${each(8, (n) => `let row_${n} = load_weights(min(row + ${n}u, end_of_cluster - 1u) * args.width + d);`)}
      ${each(8, (n) => `sum += select(0.0, row_${n}, row + ${n}u < end);`)}
    }
    store_partials(i, sum);
  }
`;

/** The sum of a cluster, whose direction is that of its mean, scaled to unit length. */
const scale = ({ CHUNKS }: { readonly CHUNKS: number }) =>
  wgsl`
    // A power of two that brings numbers up to "largest" near 1, so that their squares are neither too large nor too
    // small.
    fn power_for(largest: f32) -> f32 {
      let exponent = (bitcast<u32>(largest) >> 23u) & 255u;
      return bitcast<f32>(clamp(254u - min(exponent, 253u), 1u, 253u) << 23u);
    }

    @compute @workgroup_size(LANES)
    fn main(
      @builtin(workgroup_id) group: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) lane: u32,
    ) {
      let row = group.y * groups.x + group.x;
      if (row >= args.rows) {
        return;
      }
      let start = row * args.width;
      var own_largest = 0.0;
      for (var d = lane; d < args.width; d += LANES) {
        let first = row * CHUNKS * args.width + d;
        ${each(CHUNKS, (n) => `let chunk_${n} = load_partials(first + ${n}u * args.width);`)}
        var sum = 0.0;
        ${each(CHUNKS, (n) => `sum += chunk_${n};`)}
        store_means(start + d, sum);
        own_largest = max(own_largest, abs(sum));
      }
      let power = power_for(reduce_max(lane, own_largest));
      var own = 0.0;
      for (var d = lane; d < args.width; d += LANES) {
        let sum = load_means(start + d) * power;
        own = fma(sum, sum, own);
      }
      let squares = reduce_sum(lane, own);
      let factor = select(0.0, 1.0 / sqrt(squares), squares > 0.0);
      for (var d = lane; d < args.width; d += LANES) {
        store_means(start + d, load_means(start + d) * power * factor);
      }
    }
  `;

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
    text: [part(() => SUM, { CHUNKS })],
    tensors: { weights: reads(weights), partials: writes(partials) },
    integers: { width, cluster_rows: clusterRows, chunk_rows: Math.ceil(clusterRows / CHUNKS) },
    count,
  });
  launchRows(launcher, {
    kernel: "clusterMeans scale",
    text: [reduceMax(launcher.subgroups), part(scale, { CHUNKS })],
    tensors: { partials: reads(partials), means: writes(means) },
    integers: { width },
    rows: experts,
    lanes: 256,
  });
}
