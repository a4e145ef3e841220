import { elementCount, type GroupTokensArguments } from "@beyond24/device";
import countSource from "./group_tokens_count.wgsl" with { type: "text" };
import scanSource from "./group_tokens_scan.wgsl" with { type: "text" };
import source from "./group_tokens.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { fill } from "./fill.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Replicas that one invocation counts and places for one expert. */
const CHUNK = 64;

/** A stable counting sort in three launches: count by chunk, scan, place. */
export function groupTokens(
  launcher: Launcher,
  { experts, align, order, positions, offsets, counts }: GroupTokensArguments,
): void {
  const replicas = elementCount(experts.shape);
  const [expertCount = 1] = counts.shape;
  const chunks = Math.ceil(replicas / CHUNK);
  const count = chunks * expertCount;
  const chunkCounts = launcher.scratch("groupTokens", count, "i32");
  const integers = { replicas, expert_count: expertCount, chunk: CHUNK };
  launchElements(launcher, {
    kernel: "groupTokens count",
    source: countSource,
    tensors: { experts: reads(experts), chunk_counts: writes(chunkCounts) },
    integers,
    count,
  });
  launcher.launch({
    kernel: "groupTokens scan",
    source: scanSource,
    tensors: { chunk_counts: writes(chunkCounts), counts: writes(counts), offsets: writes(offsets) },
    integers: { expert_count: expertCount, chunks, align_rows: align },
    workgroups: [1, 1, 1],
  });
  fill(launcher, { out: order, value: -1 });
  launchElements(launcher, {
    kernel: "groupTokens",
    source,
    tensors: {
      experts: reads(experts),
      chunk_counts: reads(chunkCounts),
      order: writes(order),
      positions: writes(positions),
    },
    integers,
    count,
  });
}
