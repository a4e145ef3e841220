import { type Device, OutOfMemoryError } from "@beyond24/device";
import { precisions } from "@beyond24/recipe";
import type { RunConfig } from "@beyond24/run";
import { runMemory } from "../plan/_run_memory.ts";
import { shareOfRank } from "./ranks.ts";

/**
 * Refuses a run that the device of each of some processes has no room for before anything is allocated: drawing the
 * weights of a large model takes minutes.
 *
 * @throws {OutOfMemoryError} If the plan says more bytes than the device has
 */
export function checkMemory(
  config: RunConfig,
  { memoryBytes = Infinity, activationType, logitsBytes }: Device,
  processes = 1,
): void {
  const precision = activationType === "f32" ? precisions.float32 : precisions.bfloat16;
  const shards = config.distributed.shard === "optimizer" ? processes : 1;
  const options = { shards, ...(logitsBytes === undefined ? {} : { logitsBytes }) };
  const { total } = runMemory(shareOfRank(config, processes), precision, options);
  if (total <= memoryBytes) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new OutOfMemoryError(
    `Cannot train this model as it takes ${gigabytes(total)} and the device has ${gigabytes(memoryBytes)}: ` +
      "plan shows what for; train.recompute=true, a smaller train.batchSize or model take less",
  );
}
