import { assert, assertEquals, assertThrows } from "@std/assert";
import { checkModelShape, type ModelShape } from "./model_shape.ts";
import { llama405b, modelPresets } from "./model_presets.ts";
import { parameterCounts } from "./parameter_counts.ts";
import { recipeSteps } from "./phases.ts";
import { trainingPresets, withPlan } from "./training_presets.ts";
import { venomExperts } from "./venom_format.ts";

Deno.test("model presets are valid, heads fill the model and neurons split into clusters of a multiple of four", () => {
  for (const model of [...Object.values(modelPresets), llama405b]) {
    checkModelShape(model);
    assertEquals(model.heads * model.headDim, model.dModel);
  }
  for (const { model, routing, paperVenom } of Object.values(trainingPresets)) {
    for (const venom of [routing.venom, paperVenom]) assertEquals(model.dFfn % (4 * venomExperts(venom)), 0);
  }
});

Deno.test("model presets hold Table 1 of the paper", () => {
  const row = ({ layers, dModel, dFfn, heads, sequenceLength }: ModelShape) => [
    layers,
    dModel,
    dFfn,
    heads,
    sequenceLength,
  ];
  assertEquals(row(modelPresets["llama-1b"]), [22, 2048, 8192, 16, 8192]);
  assertEquals(row(modelPresets["llama-7b"]), [32, 4096, 16_384, 32, 8192]);
});

Deno.test("model presets hold the sizes of GPT-3 Small and Medium, with neurons for the clusters of both plans", () => {
  const row = ({ layers, dModel, heads, headDim, vocabularySize }: ModelShape) => [
    layers,
    dModel,
    heads,
    headDim,
    vocabularySize,
  ];
  assertEquals(row(modelPresets["llama-125m"]), [12, 768, 12, 64, 32_000]);
  assertEquals(row(modelPresets["llama-350m"]), [24, 1024, 16, 64, 32_000]);
  for (const name of ["llama-125m", "llama-350m"] as const) {
    const preset = trainingPresets[name];
    const { model, recipe, batchSize } = preset;
    assertEquals(model.dFfn, 4 * model.dModel);
    for (const plan of ["paper", "beyond"] as const) {
      // Clusters of whole tiles: the fast products of GPUs take no others.
      assertEquals(model.dFfn / venomExperts(withPlan(preset, plan).routing.venom) % 128, 0);
    }
    const tokens = recipeSteps(recipe) * batchSize * model.sequenceLength;
    assert(Math.abs(tokens / parameterCounts(model).total - 20) < 1, "20 tokens a parameter");
  }
});

Deno.test("checkModelShape names the bad field", () => {
  const tiny = modelPresets.tiny;
  assertThrows(() => checkModelShape({ ...tiny, layers: 0 }), RangeError, "layers must be an integer >= 1");
  assertThrows(() => checkModelShape({ ...tiny, dFfn: 2.5 }), RangeError, "dFfn");
  assertThrows(() => checkModelShape({ ...tiny, kvHeads: 3 }), RangeError, "kvHeads must divide heads 4");
  assertThrows(() => checkModelShape({ ...tiny, headDim: 15 }), RangeError, "headDim must be even");
});
