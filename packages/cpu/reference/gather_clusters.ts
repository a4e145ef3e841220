import { type GatherClustersArguments, roundTo } from "@beyond24/device";
import { expertSegments } from "./_expert_segments.ts";
import { floats, integers } from "./_host_storage.ts";

/** out[i] = the part of x[floor(order[i] / replicas)] that is of the row's cluster, zeros for padding. */
export function gatherClusters({ x, order, replicas = 1, segments, out }: GatherClustersArguments): void {
  const [tokens = 0, neurons = 0] = x.shape;
  const [, width = 0] = out.shape;
  const [input, rows, result] = [floats(x), integers(order), floats(out)];
  result.fill(0);
  for (const { expert, start, end } of expertSegments(segments)) {
    for (let i = start; i < end; i++) {
      const replica = rows[i] ?? -1;
      if (replica < 0) continue;
      const row = Math.floor(replica / replicas);
      const first = row * neurons + expert * width;
      if (row >= tokens) result.fill(NaN, i * width, (i + 1) * width);
      else result.set(input.subarray(first, first + width), i * width);
    }
  }
  roundTo(result, out.dtype);
}
