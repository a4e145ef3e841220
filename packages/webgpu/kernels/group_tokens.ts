import { elementCount, type GroupTokensArguments } from "@beyond24/device";
import countSource from "./group_tokens_count.wgsl" with { type: "text" };
import scanSource from "./group_tokens_scan.wgsl" with { type: "text" };
import source from "./group_tokens.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Replicas that one workgroup counts and places, one an invocation. */
const CHUNK = 64;

/** A stable counting sort in three launches: count by chunk, scan, place. */
export function groupTokens(
  launcher: Launcher,
  { experts, order, positions, segments: { offsets, align }, counts }: GroupTokensArguments,
): void {
  const replicas = elementCount(experts.shape);
  const [expertCount = 1] = counts.shape;
  const chunks = Math.max(1, Math.ceil(replicas / CHUNK));
  // By expert and chunk, with the sum of all behind them.
  const firsts = launcher.scratch("groupTokens", chunks * expertCount + 1, "i32");
  const integers = { replicas, expert_count: expertCount, chunks };
  const shape = { rows: chunks, lanes: CHUNK };
  launchRows(launcher, {
    kernel: "groupTokens count",
    source: countSource,
    tensors: { experts: reads(experts), chunk_counts: writes(firsts), order: writes(order) },
    integers: { ...integers, capacity: elementCount(order.shape) },
    ...shape,
  });
  launchRows(launcher, {
    kernel: "groupTokens scan",
    source: scanSource,
    tensors: { firsts: writes(firsts), counts: writes(counts), offsets: writes(offsets) },
    integers: { expert_count: expertCount, chunks, align_rows: align },
    rows: 1,
    lanes: 256,
  });
  launchRows(launcher, {
    kernel: "groupTokens",
    source,
    tensors: {
      experts: reads(experts),
      firsts: reads(firsts),
      offsets: reads(offsets),
      order: writes(order),
      positions: writes(positions),
    },
    integers,
    ...shape,
  });
}
