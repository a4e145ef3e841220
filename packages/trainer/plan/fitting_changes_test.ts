import { gpuLimits, gpuLogitsBytes, precisions } from "@beyond24/recipe";
import { applyConfig, type ConfigValues, presetConfig } from "@beyond24/run";
import { assert, assertEquals } from "@std/assert";
import { fittingChanges, processMemory } from "./fitting_changes.ts";

const { memoryBytes } = gpuLimits.h100;
const memory = { processes: 1, precision: precisions.bfloat16, logitsBytes: gpuLogitsBytes(memoryBytes) };

const config = (preset: string, values: ConfigValues = {}) => applyConfig(presetConfig(preset), values, "a test");

function offered(preset: string, values: ConfigValues = {}, { processes = 1, most = 1024 } = {}): string[] {
  return fittingChanges(config(preset, values), { ...memory, processes }, memoryBytes, most).map(({ set }) => set);
}

Deno.test("fittingChanges offers each change that is enough alone, or what is enough together", () => {
  assertEquals(offered("llama-1b", { "train.batchSize": 4 }), [
    "train.recompute=true",
    "train.batchSize=2 train.microBatches=2",
    "--gpus 2",
  ]);
  assertEquals(offered("llama-7b"), ["--gpus 4 train.recompute=true train.batchSize=4"]);
  assertEquals(offered("llama-7b", {}, { most: 2 }), [], "only a smaller model fits");
  const twin = offered("llama-1b", { "train.baseline": true });
  assert(twin.includes("train.baseline=false"), twin.join());
  const whole = { "train.batchSize": 4, "train.recompute": true, "distributed.shard": "none" };
  assertEquals(offered("llama-7b", whole, { processes: 4 })[0], "distributed.shard=optimizer");
});

Deno.test("what fittingChanges offers takes the bytes that it says", () => {
  for (const preset of ["llama-1b", "llama-7b"]) {
    const values = { "train.batchSize": 8 };
    for (const { set, bytes } of fittingChanges(config(preset, values), memory, memoryBytes, 1024)) {
      const [, count = "1"] = /--gpus (\d+)/.exec(set) ?? [];
      const words = [...set.matchAll(/([\w.]+)=(\w+)/g)];
      const changes = Object.fromEntries(words.map(([, key = "", text = ""]) => [key, JSON.parse(text)]));
      const changed = config(preset, { ...values, ...changes });
      assertEquals(processMemory(changed, { ...memory, processes: Number(count) }).total, bytes, set);
      assert(bytes <= memoryBytes, set);
    }
  }
});
