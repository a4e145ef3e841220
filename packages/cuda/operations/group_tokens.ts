import { elementCount, type GroupTokensArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { address, requireType } from "../launching/arguments.ts";

const module = "plain/group_tokens" as const;

/** Replicas of a block, each with a thread; no fewer than there can be experts. */
const THREADS = 1024;
const LARGEST_EXPERTS = 1024;

/** A stable counting sort of the replicas by expert. */
export function groupTokens(context: LaunchContext, args: GroupTokensArguments): void {
  const { experts, order, positions, segments: { offsets, align }, counts, spread = false } = args;
  for (const tensor of [experts, order, positions, offsets, counts]) requireType(tensor, "i32");
  const replicas = elementCount(experts.shape);
  const expertCount = elementCount(counts.shape);
  if (expertCount > LARGEST_EXPERTS) {
    throw new RangeError(
      `Cannot group tokens as there are at most ${LARGEST_EXPERTS} experts: current value is ${expertCount}`,
    );
  }
  const blocks = Math.max(1, Math.ceil(replicas / THREADS));
  const blockCounts = pointer(context.scratch(4 * blocks * expertCount));
  const [grid, block] = [[blocks, 1, 1], [THREADS, 1, 1]] as const;
  const count = { module, name: "group_tokens_count" };
  context.launch(count, { grid, block, sharedMemory: 4 * expertCount }, [
    address(experts),
    blockCounts,
    i32(replicas),
    i32(expertCount),
  ]);
  const place = { module, name: "group_tokens_place" };
  // Counts before the block, all counts, starts; counts of warps.
  const sharedMemory = 4 * (3 * expertCount + 1 + expertCount * THREADS / 32);
  context.launch(place, { grid, block, sharedMemory }, [
    address(experts),
    blockCounts,
    address(counts),
    address(offsets),
    address(order),
    address(positions),
    i32(replicas),
    i32(expertCount),
    i32(align),
    i32(elementCount(order.shape)),
    i32(Number(spread)),
  ]);
}
