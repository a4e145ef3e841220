import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { modelPresets } from "./model_presets.ts";
import { parameterCounts } from "./parameter_counts.ts";
import { precisions, trainingMemory, type TrainingMemoryOptions } from "./training_memory.ts";

Deno.test("parameterCounts of the tiny preset, added up by hand", () => {
  const layer = 64 * 64 + 2 * 64 * 32 + 64 * 64 + 2 * 64 * 256 + 2 * 64;
  assertEquals(parameterCounts(modelPresets.tiny).total, 2 * layer + 64 + 2 * 256 * 64);
});

Deno.test("parameterCounts of the paper's models are about 1B (without embeddings) and 7B", () => {
  const oneB = parameterCounts(modelPresets["llama-1b"]);
  assertAlmostEquals((oneB.ffn + oneB.attention) / 1e9, 0.97, 0.005);
  assertAlmostEquals(oneB.total / 1e9, 1.49, 0.005);
  assertAlmostEquals(parameterCounts(modelPresets["llama-7b"]).total / 1e9, 6.69, 0.005);
});

Deno.test("trainingMemory counts 16 bytes a parameter in float32 and 18 in bfloat16", () => {
  const parameters = parameterCounts(modelPresets.tiny).total;
  for (const [precision, bytes] of [[precisions.float32, 16], [precisions.bfloat16, 18]] as const) {
    const memory = trainingMemory(modelPresets.tiny, 8, { precision });
    assertEquals(memory.weights + memory.gradients + memory.masters + memory.moments, bytes * parameters);
    assertEquals(memory.total, bytes * parameters + memory.packed + memory.activations + memory.logits);
  }
});

Deno.test("trainingMemory counts activations by token, fused attention without the probabilities", () => {
  const materialized = trainingMemory(modelPresets.tiny, 8, { attention: "materialized" }).activations;
  const fused = trainingMemory(modelPresets.tiny, 8).activations;
  assertEquals(fused, 2 * trainingMemory(modelPresets.tiny, 4).activations);
  assertEquals(materialized - fused, 4 * 8 * 128 * 2 * 4 * (128 - 1));
  assertThrows(() => trainingMemory(modelPresets.tiny, 0), RangeError, "batchSize");
});

Deno.test("trainingMemory counts logits in chunks and packed weights by layer", () => {
  const model = { ...modelPresets.tiny, vocabularySize: 2 ** 20 };
  const logits = (tokens: number, options: TrainingMemoryOptions = {}) =>
    trainingMemory({ ...model, sequenceLength: tokens }, 1, options).logits;
  // A row of 4 MiB: 16 rows are a chunk.
  assertEquals([logits(8), logits(16), logits(64)], [2 ** 25, 2 ** 26, 2 ** 26]);
  assertEquals([logits(64, { logitsBytes: 2 ** 27 }), logits(512, { logitsBytes: 2 ** 30 })], [2 ** 27, 2 ** 30]);
  const { packed } = trainingMemory(modelPresets.tiny, 1, { packedWeights: 2 });
  assertEquals(packed, 2 * 2 * 256 * 64 * 4);
  assertEquals(trainingMemory(modelPresets.tiny, 1).packed, 0);
});
