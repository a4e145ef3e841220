import { createReferenceDevice } from "@beyond24/cpu";
import { OutOfMemoryError } from "@beyond24/device";
import { precisions } from "@beyond24/recipe";
import { presetConfig } from "@beyond24/run";
import { assertEquals, assertThrows } from "@std/assert";
import { runMemory } from "../plan/_run_memory.ts";
import { checkMemory } from "./_check_memory.ts";

const reference = createReferenceDevice();
const { kernels } = reference;

Deno.test("checkMemory lets a run pass that fits, and any on a device whose memory is not known", () => {
  const config = presetConfig("tiny");
  const device = {
    ...reference,
    kernels,
    activationType: "f32",
    memoryBytes: runMemory(config, precisions.float32).total,
  } as const;
  assertEquals(checkMemory(config, device), undefined);
  assertEquals(checkMemory(presetConfig("llama-7b"), reference), undefined);
});

Deno.test("checkMemory refuses a run with the bytes of the plan, by the type that the device stores", () => {
  const config = presetConfig("llama-7b");
  const device = { ...reference, kernels, activationType: "bf16", memoryBytes: 80e9 } as const;
  const gigabytes = (runMemory(config, precisions.bfloat16).total / 1e9).toFixed(1);
  assertThrows(() => checkMemory(config, device), OutOfMemoryError, `takes ${gigabytes} GB and the device has 80.0 GB`);
});

Deno.test("checkMemory counts of several processes the share of one, its batch and its part of the optimizer", () => {
  const config = presetConfig("tiny");
  const share = { ...config, train: { ...config.train, batchSize: config.train.batchSize / 2 } };
  for (const [shard, shards] of [["optimizer", 2], ["none", 1]] as const) {
    const { total } = runMemory(share, precisions.bfloat16, { shards });
    const device = { ...reference, kernels, activationType: "bf16" } as const;
    const check = (memoryBytes: number) =>
      checkMemory({ ...config, distributed: { shard } }, { ...device, memoryBytes }, 2);
    assertEquals(check(total), undefined);
    assertThrows(() => check(total - 1), OutOfMemoryError, "train.recompute=true");
  }
});

Deno.test("checkMemory counts the logits that the device takes at once, as its steps do", () => {
  const config = presetConfig("tiny");
  const memoryBytes = runMemory(config, precisions.float32).total;
  const { model: { sequenceLength, vocabularySize }, train: { batchSize } } = config;
  const rowBytes = 4 * vocabularySize;
  const device = { ...reference, kernels, activationType: "f32", logitsBytes: 128 * rowBytes } as const;
  const less = (batchSize * sequenceLength - 128) * rowBytes;
  assertEquals(checkMemory(config, { ...device, memoryBytes: memoryBytes - less }), undefined);
  assertThrows(() => checkMemory(config, { ...device, memoryBytes: memoryBytes - less - 1 }), OutOfMemoryError);
});
