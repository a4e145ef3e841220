import { flattenConfig, formerValues, presetConfig, recordedConfig } from "@beyond24/run";
import { assertEquals } from "@std/assert";

Deno.test("a run that recorded none of the keys that changed numbers since goes on as it was", () => {
  const values = Object.entries(flattenConfig(presetConfig("llama-125m"), "config.json"));
  const older = Object.fromEntries(values.filter(([key]) => !Object.hasOwn(formerValues, key)));
  const recorded = flattenConfig(recordedConfig(older, "config.json"), "config.json");
  const former = Object.fromEntries(Object.keys(formerValues).map((key) => [key, recorded[key]]));
  assertEquals(former, {
    "data.shuffle": "feistel",
    "optimizer.decay": "cosine",
    "optimizer.decayRatio": 1,
    "sparsity.router": "cosine",
    "sparsity.clusters": "weights",
    "sparsity.tokenOrder": "sorted",
    "sparsity.denseLayers": 0,
  });
});
