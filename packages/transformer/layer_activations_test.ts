import { createReferenceDevice } from "@beyond24/cpu";
import { isPacked24 } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { unpack24 } from "@beyond24/sparse24";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { forwardBackward } from "./forward_backward.ts";
import { layerActivations } from "./layer_activations.ts";
import { batchOf, numberOf, shape, TestRun, venom } from "./_testing.ts";

for (const [plan, denseLayers] of [["paper", 0], ["beyond", 0], ["beyond", 1], ["w1", 0]] as const) {
  const which = `plan ${plan}, dense ${denseLayers}`;
  Deno.test(`layerActivations are those that a training pass counts, and layers behind are not run: ${which}`, async () => {
    const sparsity = { plan: sparsityPlans[plan], venom };
    const run = new TestRun(createReferenceDevice(), { shape, sparsity, denseLayers });
    const { device, model } = run;
    const batch = batchOf(device, 2, 8);
    const { tokens } = batch;
    await run.cluster();
    for (const mode of ["dense", "sparse"] as const) {
      const arena = device.arena();
      forwardBackward(model, batch, { arena, mode });
      const counted = [];
      for (const { feedForward } of model.layers) {
        counted.push(await numberOf(device, feedForward.statistics.nonzero));
      }
      arena.reset();
      for (const layer of model.layers.keys()) {
        const { values, segments } = layerActivations(model, tokens, { arena, mode, layer });
        const ends = segments === undefined ? [16] : await device.read(segments.offsets);
        const all = isPacked24(values) ? unpack24(await device.readPacked24(values)) : await device.read(values);
        const columns = isPacked24(values) ? values.cols : values.shape[1] ?? NaN;
        const written = all.subarray(0, (ends.at(-1) ?? NaN) * columns);
        assertEquals(written.filter((value) => value !== 0).length, counted[layer], `${mode}, layer ${layer}`);
        assert((counted[layer] ?? 0) > 0);
        arena.reset();
      }
      arena.dispose();
    }
  });
}

Deno.test("layerActivations refuses a layer that is not there", () => {
  const { device, model } = TestRun.of(sparsityPlans.paper);
  const { tokens } = batchOf(device, 1, 4);
  const options = { arena: device.arena(), mode: "dense", layer: 2 } as const;
  assertThrows(() => layerActivations(model, tokens, options), RangeError, "layer 2 as the model has 2");
});
