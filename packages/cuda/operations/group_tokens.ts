import { elementCount, type GroupTokensArguments } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { address, requireType } from "../launching/arguments.ts";

const module = "plain/group_tokens" as const;

const THREADS = 256;
const LARGEST_EXPERTS = 1024;

/** A stable counting sort of the replicas by expert. */
export function groupTokens(context: LaunchContext, args: GroupTokensArguments): void {
  const { experts, order, positions, segments: { offsets, align }, counts } = args;
  for (const tensor of [experts, order, positions, offsets, counts]) requireType(tensor, "i32");
  const replicas = elementCount(experts.shape);
  const expertCount = elementCount(counts.shape);
  if (expertCount > LARGEST_EXPERTS) {
    throw new RangeError(
      `Cannot group tokens as there are at most ${LARGEST_EXPERTS} experts: current value is ${expertCount}`,
    );
  }
  const blocks = Math.ceil(replicas / THREADS);
  const blockCounts = pointer(context.scratch(4 * blocks * expertCount));
  context.driver.fill(addressOfTensor(order), 0xffffffff, 4, elementCount(order.shape));
  const grid = [blocks, 1, 1] as const;
  const block = [THREADS, 1, 1] as const;
  const count = { module, name: "group_tokens_count" };
  context.launch(count, { grid, block, sharedMemory: 4 * expertCount }, [
    address(experts),
    blockCounts,
    i32(replicas),
    i32(expertCount),
  ]);
  context.launch({ module, name: "group_tokens_scan" }, { grid: [1, 1, 1], block }, [
    blockCounts,
    i32(blocks),
    i32(expertCount),
    i32(align),
    address(counts),
    address(offsets),
  ]);
  const place = { module, name: "group_tokens_place" };
  context.launch(place, { grid, block, sharedMemory: 4 * expertCount * THREADS / 32 }, [
    address(experts),
    blockCounts,
    address(offsets),
    address(order),
    address(positions),
    i32(replicas),
    i32(expertCount),
  ]);
}
