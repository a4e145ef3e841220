import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { distance } from "fastest-levenshtein";
import { UsageError } from "../usage_error.ts";
import { applyConfig } from "./apply_config.ts";
import { checkConfig } from "./check_config.ts";
import { acceptsValue } from "./config_field.ts";
import { configField, configFields } from "./config_fields.ts";
import { type ConfigValues, flattenConfig } from "./flatten_config.ts";
import { isRunConfig } from "./is_run_config.ts";
import { presetConfig } from "./preset_config.ts";
import type { RunConfig } from "./run_config.ts";

const tiny = presetConfig("tiny");
const presets = ["tiny", "small", "llama-125m", "llama-350m", "llama-1b", "llama-7b"];

Deno.test("configFields names exactly the keys of a configuration and accepts every preset", () => {
  for (const name of presets) {
    const values = flattenConfig(presetConfig(name), name);
    assertEquals(Object.keys(values), [...configFields.keys()]);
    for (const [key, value] of Object.entries(values)) assert(acceptsValue(configField(key), value), key);
    checkConfig(presetConfig(name));
  }
});

Deno.test("applyConfig changes what it is told to and nothing else", () => {
  const config = applyConfig(tiny, { "train.seed": 9, "sparsity.plan": "w1" }, "a test");
  const before = flattenConfig(tiny, "tiny");
  assertEquals(flattenConfig(config, "a test"), { ...before, "train.seed": 9, "sparsity.plan": "w1" });
  assertEquals(tiny, presetConfig("tiny"));
});

/**
 * Clusters of plan `beyond` in presets that have not 16: a multiple of 12 in `llama-125m`, as tiles of 128 divide them.
 */
const clustersOfBeyond: Readonly<Record<string, number>> = { "small": 32, "llama-125m": 24 };

Deno.test("applyConfig gives a plan the clusters that it wants, at the same work", () => {
  const set = (config: RunConfig, values: ConfigValues) => applyConfig(config, values, "a test").sparsity;
  const clusters = ({ m, expertsPerToken }: RunConfig["sparsity"]) => [m / 4, expertsPerToken];
  for (const name of presets) {
    const preset = presetConfig(name);
    const { m, expertsPerToken } = preset.sparsity;
    const beyond = applyConfig(preset, { "sparsity.plan": "beyond" }, "a test");
    const experts = clustersOfBeyond[name] ?? 16;
    assertEquals(clusters(beyond.sparsity), [experts, 4 * experts * expertsPerToken / m], name);
    checkConfig(beyond);
    assertEquals(set(beyond, { "sparsity.plan": preset.sparsity.plan }), preset.sparsity);
  }
  // Whoever sets one of them means it, and other plans do not touch what was set.
  assertEquals(clusters(set(tiny, { "sparsity.plan": "beyond", "sparsity.m": 16 })), [4, 4]);
  assertEquals(clusters(set(tiny, { "sparsity.plan": "beyond", "sparsity.expertsPerToken": 2 })), [16, 2]);
  const two = applyConfig(tiny, { "sparsity.expertsPerToken": 2 }, "a test");
  assertEquals(clusters(set(two, { "sparsity.plan": "venom" })), [4, 2]);
});

Deno.test("applyConfig gives another plan its own router, clusters and dense layers, unless they are set", () => {
  const large = presetConfig("llama-1b");
  const set = (values: ConfigValues) => {
    const { router, clusters, denseLayers } = applyConfig(large, values, "a test").sparsity;
    return [router, clusters, denseLayers];
  };
  assertEquals(set({}), ["probe", "activations", 1]);
  assertEquals(set({ "sparsity.plan": "beyond" }), ["probe", "activations", 1]);
  assertEquals(set({ "sparsity.plan": "paper" }), ["cosine", "weights", 0]);
  const probing = applyConfig(presetConfig("llama-125m"), { "sparsity.router": "probe" }, "a file");
  const paper = applyConfig(probing, { "sparsity.plan": "paper" }, "a test");
  assertEquals([paper.sparsity.router, paper.sparsity.clusters, paper.sparsity.denseLayers], ["probe", "weights", 0]);
  const own = { "sparsity.router": "energy", "sparsity.clusters": "activations", "sparsity.denseLayers": 2 };
  assertEquals(set({ "sparsity.plan": "paper", ...own }), ["energy", "activations", 2]);
});

Deno.test("applyConfig over another plan gives what the preset has with the plan, unless something was set", () => {
  const set = (config: RunConfig, values: ConfigValues) => applyConfig(config, values, "a test");
  for (const name of presets) {
    const beyond = presetConfig(name, "beyond");
    for (const plan of ["paper", "w1", "venom", "beyond"] as const) {
      const other = set(presetConfig(name), { "sparsity.plan": plan });
      assertEquals(other, presetConfig(name, plan), `${name}, ${plan}`);
      assertEquals(set(other, { "sparsity.plan": "beyond" }), beyond, `${name}, ${plan}, back`);
    }
  }
  // Half of the paper's work in a file: `beyond` over it has half of its own.
  const paper = set(presetConfig("small", "paper"), { "sparsity.m": 64 });
  const { m, expertsPerToken, router } = set(paper, { "sparsity.plan": "beyond" }).sparsity;
  assertEquals([m, expertsPerToken, router], [64, 1, "probe"]);
});

Deno.test("one of the two keys of clusters that is set leaves the other to the preset, in any order", () => {
  const set = (preset: string, ...layers: readonly ConfigValues[]) => {
    const config = layers.reduce<RunConfig>(
      (below, values) => applyConfig(below, values, "a test"),
      presetConfig(preset),
    );
    checkConfig(config);
    return [config.sparsity.m / 4, config.sparsity.expertsPerToken];
  };
  const [fewer, two] = [{ "model.dFfn": 2048 }, { "sparsity.expertsPerToken": 2 }];
  for (const layers of [[fewer, two], [two, fewer], [{ ...fewer, ...two }]]) {
    assertEquals(set("llama-125m", ...layers), [16, 2]); // 24 clusters do not divide 2048 neurons
  }
  assertEquals(set("small", { "model.dFfn": 2648, "sparsity.m": 8 }), [2, 2]);
  // A plan with one of its keys, and another plan over it: at that work, or the preset's where it is the preset's.
  for (const [preset, experts, clusters] of [["small", 8, 4], ["small", 4, 8], ["llama-1b", 2, 4]] as const) {
    const named = { "sparsity.plan": "beyond", "sparsity.expertsPerToken": experts };
    assertEquals(set(preset, { "sparsity.plan": "paper" }, named, { "sparsity.plan": "paper" }), [clusters, 1], preset);
  }
});

Deno.test("applyConfig keeps steps, recipe and warm-up together", () => {
  const half = applyConfig(tiny, { "train.steps": tiny.train.steps / 2 }, "a test");
  assertEquals(half.recipe.map(({ steps }) => 2 * steps), tiny.recipe.map(({ steps }) => steps));
  assertEquals(2 * half.optimizer.warmupSteps, tiny.optimizer.warmupSteps);
  assertEquals(applyConfig(tiny, { recipe: [{ phase: "sparse", steps: 7 }] }, "a test").train.steps, 7);
  assertEquals(applyConfig(tiny, { "train.steps": 40, "optimizer.warmupSteps": 3 }, "a test").optimizer.warmupSteps, 3);
  for (const steps of [1, 2, 3, 10, 12_345]) checkConfig(applyConfig(tiny, { "train.steps": steps }, "a test"));
});

Deno.test("a misspelt key is refused with the key that was meant", () => {
  const keys = [...configFields.keys()].filter((key) => key.includes("."));
  fc.assert(fc.property(fc.constantFrom(...keys), fc.nat(), (key, place) => {
    const name = key.slice(key.indexOf(".") + 1);
    fc.pre(name.length > 3);
    const index = key.length - name.length + place % name.length;
    const misspelt = key.slice(0, index) + key.slice(index + 1);
    fc.pre(!keys.includes(misspelt));
    const error = assertThrows(() => applyConfig(tiny, { [misspelt]: 1 }, "a test"), UsageError);
    const meant = /Did you mean (.*)\?$/.exec(error.message)?.[1] ?? "";
    assertEquals(distance(meant.toLowerCase(), misspelt.toLowerCase()), 1, error.message);
  }));
});

Deno.test("a key that is like none is refused without a guess, and names of Object are no keys", () => {
  for (const key of ["constructor", "__proto__", "train.toString", "xyzzy.plugh-quux-abracadabra"]) {
    const values = Object.fromEntries([[key, 1]]);
    const error = assertThrows(() => applyConfig(tiny, values, "a test"), UsageError, "no such key");
    if (key.startsWith("xyzzy")) assertEquals(error.message.includes("Did you mean"), false);
  }
  const fromFile = flattenConfig(JSON.parse('{"__proto__": 1}'), "a file");
  assertThrows(() => applyConfig(tiny, fromFile, "a file"), UsageError, "Cannot set __proto__");
});

Deno.test("f16 on a device that has no such type is refused", () => {
  for (const name of ["cpu", "reference", "cuda"]) {
    const config = applyConfig(tiny, { "device.name": name, "device.dtype": "f16" }, "a test");
    assertThrows(() => checkConfig(config), UsageError, `device.dtype must be f32 on device ${name}`);
  }
  for (const name of ["auto", "webgpu"]) {
    checkConfig(applyConfig(tiny, { "device.name": name, "device.dtype": "f16" }, "a test"));
  }
});

Deno.test("values of another kind are refused", () => {
  const bad: Record<string, unknown[]> = {
    "train.steps": [0, -1, 1.5, "10", null, NaN, [], {}, 2 ** 31, 9007199254741852],
    "model.dModel": [2 ** 53, Infinity],
    "train.baseline": ["true", 1, null],
    "data.paths": ["a.txt", [""], [1], null],
    "data.validationFraction": [0, 1, "0.1"],
    "recipe": [
      [],
      {},
      "dense:2:9",
      [{ phase: "dense" }],
      [{ phase: "dense", steps: -1 }],
      [{ phase: "dense", steps: 0 }],
      [{ phase: "dense", steps: 1, x: 1 }],
      [{ phase: "dense", steps: 9007199254740000 }, { phase: "sparse", steps: 1852 }],
    ],
    "sparsity.softThresholdScale": ["beta", true],
    "device.blas": ["", true],
  };
  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) assertThrows(() => applyConfig(tiny, { [key]: value }, "a test"), UsageError, key);
  }
});

Deno.test("a section that there is not is refused, also when it is empty, and an empty one sets nothing", () => {
  const file = (text: string) => applyConfig(tiny, flattenConfig(JSON.parse(text), "a file"), "a file");
  assertThrows(() => file('{"modle": {}}'), UsageError, "Did you mean model?");
  assertThrows(() => file('{"modle": {"layers": 3}}'), UsageError, "Did you mean model.layers?");
  assertEquals(file('{"model": {}}'), tiny);
});

Deno.test("isRunConfig takes what presets are and refuses a missing, a foreign and a wrong value", () => {
  const without = ({ seed: _seed, ...train }: typeof tiny.train) => train;
  assert(isRunConfig(tiny));
  assert(isRunConfig(JSON.parse(JSON.stringify(tiny))));
  const wrong = [
    null,
    [],
    {},
    { ...tiny, train: without(tiny.train) },
    { ...tiny, train: { ...tiny.train, sede: 1 } },
    { ...tiny, train: { ...without(tiny.train), sede: 1 } },
    { ...tiny, preset: [] },
    { ...tiny, more: {} },
  ];
  for (const value of wrong) assertEquals(isRunConfig(value), false, JSON.stringify(value));
});

Deno.test("any values of any keys give a configuration that can be used, or a UsageError", () => {
  const likely = fc.constantFrom(
    0,
    1,
    2,
    4,
    16,
    64,
    1024,
    65_536,
    2 ** 20,
    2 ** 31,
    2 ** 53,
    -1,
    0.5,
    "dense",
    "none",
    true,
  );
  const pairs = fc.array(fc.tuple(fc.constantFrom(...configFields.keys()), fc.oneof(likely, fc.jsonValue())), {
    maxLength: 3,
  });
  const seen = { used: 0, refused: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...presets), pairs, (preset, values) => {
      try {
        checkConfig(applyConfig(presetConfig(preset), Object.fromEntries(values), "a test"));
        seen.used++;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        seen.refused++;
      }
    }),
    { numRuns: 2000 },
  );
  assert(seen.used > 100 && seen.refused > 100, JSON.stringify(seen));
});
