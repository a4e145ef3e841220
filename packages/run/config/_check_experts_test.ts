import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../usage_error.ts";
import { applyConfig } from "./apply_config.ts";
import { checkConfig } from "./check_config.ts";
import type { ConfigValues } from "./flatten_config.ts";
import { presetConfig } from "./preset_config.ts";

/** What was set over a preset with plan `beyond`, and the message. */
const refused: readonly (readonly [preset: string, values: ConfigValues, message: string])[] = [
  [
    "tiny",
    { "model.dFfn": 200 },
    "Cannot use model.dFfn=200 with sparsity.m=64 (of plan beyond) as m must divide dFfn (groups of four neurons for " +
    "each of 16 experts): choose model.dFfn=192 or 256, or sparsity.m=40 or 100",
  ],
  [
    "tiny",
    { "sparsity.m": 48 },
    "Cannot use sparsity.m=48 with model.dFfn=256 (of preset tiny) as m must divide dFfn (groups of four neurons for " +
    "each of 12 experts): choose sparsity.m=32 or 64, or model.dFfn=240 or 288",
  ],
  [
    "llama-125m",
    { "model.dFfn": 3004 },
    "Cannot use model.dFfn=3004 with sparsity.m=64 (of plan beyond) as m must divide dFfn (groups of four neurons " +
    "for each of 16 experts): choose model.dFfn=2944 or 3008",
  ],
  [
    "tiny",
    { "sparsity.m": 8 },
    "Cannot use sparsity.m=8 with sparsity.expertsPerToken=4 (of plan beyond) as there are 2 experts, m / 4: choose " +
    "sparsity.m=16, or sparsity.expertsPerToken=2",
  ],
  [
    "tiny",
    { "sparsity.expertsPerToken": 32 },
    "Cannot use sparsity.expertsPerToken=32 with sparsity.m=64 (of plan beyond) as there are 16 experts, m / 4: " +
    "choose sparsity.expertsPerToken=16, or sparsity.m=128",
  ],
  [
    "tiny",
    { "sparsity.plan": "w1", "model.dFfn": 102 },
    "Cannot use model.dFfn=102 with sparsity.plan=w1 as neurons are in groups of four: choose model.dFfn=100 or 104",
  ],
  [
    "tiny",
    { "sparsity.plan": "w1", "sparsity.expertsPerToken": 5 },
    "Cannot use sparsity.expertsPerToken=5 with sparsity.plan=w1 as it has no router: choose " +
    "sparsity.expertsPerToken=1, or a plan that has one",
  ],
  [
    "tiny",
    { "model.dModel": 66 },
    "Cannot use model.dModel=66 in sparse steps as features are in groups of four: choose model.dModel=64 or 68",
  ],
  ...[2, 3].map((denseLayers) =>
    [
      "tiny",
      { "sparsity.denseLayers": denseLayers },
      `Cannot use sparsity.denseLayers=${denseLayers} with model.layers=2 as no layer would be sparse in sparse steps: ` +
      `choose sparsity.denseLayers=1 or fewer, or model.layers=${
        denseLayers + 1
      } or more, or a recipe without sparse ` +
      "steps",
    ] as const
  ),
  [
    "llama-1b",
    { "model.layers": 1 },
    "Cannot use sparsity.denseLayers=1 (of preset llama-1b) with model.layers=1 as no layer would be sparse in sparse " +
    "steps: choose sparsity.denseLayers=0, or model.layers=2 or more, or a recipe without sparse steps",
  ],
  [
    "tiny",
    { "train.steps": 10, "optimizer.warmupSteps": 11 },
    "Cannot use optimizer.warmupSteps=11 with 10 steps as the learning rate would not reach its peak: choose " +
    "optimizer.warmupSteps=10 or fewer, or more steps",
  ],
];

Deno.test("sizes that do not fit are refused by what was set, and every value that is offered fits", () => {
  for (const [preset, values, message] of refused) {
    const under = presetConfig(preset, "beyond");
    const config = applyConfig(under, values, "a test");
    assertEquals(assertThrows(() => checkConfig(config), UsageError).message, message);
    const offered = [...message.split("choose ")[1]?.matchAll(/([\w.]+)=(\d+)(?: or (\d+))?/g) ?? []];
    assert(offered.length > 0);
    for (const [, key = "", ...numbers] of offered) {
      for (const number of numbers.filter((number) => number !== undefined)) {
        checkConfig(applyConfig(under, { ...values, [key]: Number(number) }, "a test"));
      }
    }
  }
});

Deno.test("clusters follow the neurons of a network", () => {
  const clusters = (preset: string, dFfn: number) => {
    const config = applyConfig(presetConfig(preset), { "model.dFfn": dFfn }, "a test");
    checkConfig(config);
    return [config.sparsity.m / 4, config.sparsity.expertsPerToken];
  };
  assertEquals(clusters("llama-125m", 384), [12, 2]); // no whole tiles fit
  assertEquals(clusters("llama-125m", 2048), [16, 4]); // 24 clusters do not
  assertEquals(clusters("llama-1b", 1024), [8, 1]); // 16 would be no whole tiles
  assertEquals(clusters("small", 1024), [32, 4]);
  for (const preset of ["tiny", "small", "llama-125m", "llama-350m", "llama-1b", "llama-7b"]) {
    for (const dFfn of [256, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192, 16_384]) clusters(preset, dFfn);
  }
});

Deno.test("dense layers are no matter in a run without sparse steps", () => {
  const dense = { recipe: [{ phase: "dense", steps: 40 }], "sparsity.denseLayers": 2 };
  checkConfig(applyConfig(presetConfig("tiny"), dense, "a test"));
  for (const value of [-1, 0.5, 1025, "1"]) {
    const set = () => applyConfig(presetConfig("tiny"), { "sparsity.denseLayers": value }, "a test");
    assertThrows(set, UsageError, `it must be an integer from 0 to 1024: current value is ${value}`);
  }
});
