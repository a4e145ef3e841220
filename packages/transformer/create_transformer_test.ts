import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { modelPresets, sparsityPlans, venomFormats } from "@beyond24/recipe";
import { createTransformer } from "./create_transformer.ts";
import { transformerParameters } from "./transformer_parameters.ts";
import { floatsOf, shape } from "./_testing.ts";

async function weightsOf(seed: number): Promise<Map<string, Float32Array>> {
  const device = createReferenceDevice();
  const model = createTransformer(device, { shape: modelPresets.tiny }, seed);
  const entries = transformerParameters(model).map(async ({ name, weight }) => [name, await floatsOf(device, weight)]);
  return new Map(await Promise.all(entries) as [string, Float32Array][]);
}

Deno.test("createTransformer: the seed decides the weights", async () => {
  const [first, again, other] = [await weightsOf(1), await weightsOf(1), await weightsOf(2 ** 32 + 1)];
  assertEquals(first, again);
  assertNotEquals(first.get("lm_head.weight"), other.get("lm_head.weight"));
  assertEquals(new Set(first.keys()).size, 3 + 8 * modelPresets.tiny.layers);
});

Deno.test("createTransformer: weights are normal with the stated deviations", async () => {
  const weights = await weightsOf(3);
  const deviations = {
    "lm_head.weight": 0.02,
    "model.layers.1.mlp.w_in": 0.02,
    "model.layers.1.mlp.w_out": 0.01,
  };
  for (const [name, deviation] of Object.entries(deviations)) {
    const values = Array.from(weights.get(name) ?? []);
    const moment = (power: number) =>
      values.reduce((acc, value) => acc + (value / deviation) ** power, 0) / values.length;
    assertAlmostEquals(moment(1), 0, 0.03, name);
    assertAlmostEquals(moment(2), 1, 0.03, name);
    assertAlmostEquals(moment(4), 3, 0.25, name);
    const neighbours = values.reduce((acc, value, i) => acc + value * (values[i + 1] ?? 0), 0) / values.length;
    assertAlmostEquals(neighbours / deviation ** 2, 0, 0.03, name);
  }
  assert(weights.get("model.norm.weight")?.every((value) => value === 1));
});

Deno.test("createTransformer refuses what cannot be built", () => {
  const device = createReferenceDevice();
  const sparsity = { plan: sparsityPlans.paper, venom: venomFormats["96.875"] };
  assertThrows(() => createTransformer(device, { shape, sparsity }, 1), RangeError, "dFfn");
  assertThrows(() => createTransformer(device, { shape: { ...shape, kvHeads: 3 } }, 1), RangeError, "kvHeads");
  assertThrows(() => createTransformer(device, { shape, ropeTheta: 0 }, 1), RangeError, "ropeTheta");
  assertThrows(() => createTransformer(device, { shape }, -1), RangeError, "seed");
  assertEquals(device.liveBytes, 0);
});
