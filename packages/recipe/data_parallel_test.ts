import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { communicationVolume, stepTime } from "./data_parallel.ts";
import { modelPresets } from "./model_presets.ts";
import { parameterCounts } from "./parameter_counts.ts";
import { precisions } from "./training_memory.ts";

/** What each of some ranks sends, counted message by message: a ring passes on a part of the bytes in each round. */
function sentAroundRing(bytes: number, ranks: number, rounds: number): number {
  let sent = 0;
  for (let round = 0; round < rounds; round++) sent += bytes / ranks;
  return sent;
}

Deno.test("communicationVolume is what a ring sends, message by message", () => {
  const model = modelPresets["llama-1b"];
  const { total } = parameterCounts(model);
  for (const ranks of [1, 2, 3, 8, 64]) {
    const whole = communicationVolume(model, ranks, precisions.bfloat16, false);
    const shard = communicationVolume(model, ranks, precisions.bfloat16, true);
    assertAlmostEquals(whole.gradients, sentAroundRing(4 * total, ranks, 2 * (ranks - 1)), 100);
    assertAlmostEquals(shard.gradients, sentAroundRing(4 * total, ranks, ranks - 1), 100);
    assertAlmostEquals(shard.weights, sentAroundRing(2 * total, ranks, ranks - 1), 100);
    assertEquals(whole.weights, 0);
  }
  assertThrows(() => communicationVolume(model, 0, precisions.bfloat16, true), RangeError, "ranks");
});

Deno.test("stepTime hides no more communication than there is computation beside it", () => {
  const parts = { forward: 10, backward: 20, optimizer: 3, gradients: 0, weights: 0 };
  assertEquals([stepTime(parts, true), stepTime(parts, false)], [33, 33]);
  assertEquals(stepTime({ ...parts, gradients: 20, weights: 10 }, true), 33, "as long as the passes");
  assertEquals(stepTime({ ...parts, gradients: 24, weights: 12 }, true), 33 + 4 + 2, "what is longer shows");
  assertEquals(stepTime({ ...parts, gradients: 24, weights: 12 }, false), 33 + 24 + 12);
});
