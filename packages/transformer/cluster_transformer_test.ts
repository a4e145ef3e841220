import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { sparsityPlans } from "@beyond24/recipe";
import { clusterNeurons } from "@beyond24/routing";
import { clusterTransformer } from "./cluster_transformer.ts";
import { createTransformer } from "./create_transformer.ts";
import { logits } from "./logits.ts";
import { batchOf, floatsOf, roughModel, shape, venom } from "./_testing.ts";

for (const clusters of ["weights", "activations"] as const) {
  Deno.test(`clusterTransformer permutes neurons and leaves the logits unchanged: ${clusters}`, async () => {
    const model = roughModel({ sparsity: { plan: sparsityPlans.paper, venom, clusters } });
    const { device } = model;
    const { tokens } = batchOf(device, 2, 8);
    const score = () => floatsOf(device, logits(model, tokens, { arena: device.arena(), positions: "all" }));
    const weights = () => Promise.all(model.layers.map((layer) => floatsOf(device, layer.feedForward.wIn.weight)));
    const [before, weightsBefore] = [await score(), await weights()];
    const arena = device.arena();
    await clusterTransformer(model, { seed: 3, sample: { tokens, arena } });
    arena.dispose();
    for (const [layer, now] of (await weights()).entries()) {
      assert(now.some((value, i) => value !== weightsBefore[layer]?.[i]), "clustering must move a neuron");
      assertEquals(now.toSorted(), weightsBefore[layer]?.toSorted());
    }
    for (const [i, value] of (await score()).entries()) assertAlmostEquals(value, before[i] ?? NaN, 1e-4);
  });
}

Deno.test("clusterTransformer by activations leaves a layer that stays dense, and clusters those behind it alike", async () => {
  const clustered = async (denseLayers: number) => {
    const model = roughModel({ sparsity: { plan: sparsityPlans.paper, venom, clusters: "activations" }, denseLayers });
    const { device, layers } = model;
    const weights = () => Promise.all(layers.map((layer) => floatsOf(device, layer.feedForward.wIn.weight)));
    const before = await weights();
    await clusterTransformer(model, {
      seed: 3,
      sample: { tokens: batchOf(device, 2, 8).tokens, arena: device.arena() },
    });
    return { before, after: await weights() };
  };
  const [all, behind] = [await clustered(0), await clustered(1)];
  assertNotEquals(all.after[0], all.before[0]);
  assertNotEquals(all.after[1], all.before[1]);
  assertEquals(behind.after, [behind.before[0], all.after[1]]);
});

Deno.test("clusterTransformer finds the same clusters elsewhere, whichever layer's come first, or fails as here", async () => {
  const sparsity = { plan: sparsityPlans.paper, venom } as const;
  const clustered = async (cluster: Parameters<typeof clusterTransformer>[1]["cluster"]) => {
    const model = roughModel({ sparsity });
    await clusterTransformer(model, { seed: 3, ...(cluster === undefined ? {} : { cluster }) });
    return await Promise.all(model.layers.map(({ feedForward }) => floatsOf(model.device, feedForward.wIn.weight)));
  };
  const begun: (() => void)[] = [];
  const lastFirst = async (...rows: Parameters<typeof clusterNeurons>) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (begun.push(resolve) === 2) { for (const end of begun.toReversed()) end(); // both layers wait for this one
     }
    await promise;
    return clusterNeurons(...rows);
  };
  assertEquals(await clustered(lastFirst), await clustered(undefined));
  assertEquals(begun.length, 2);
  await assertRejects(() => clustered(() => Promise.reject(new RangeError("not finite"))), RangeError, "not finite");
});

Deno.test("clusterTransformer by activations keeps no memory, and needs tokens", async () => {
  const model = roughModel({ sparsity: { plan: sparsityPlans.beyond, venom, clusters: "activations" } });
  const { device } = model;
  await assertRejects(() => clusterTransformer(model, { seed: 1 }), TypeError, "no tokens to see them on");
  const { tokens } = batchOf(device, 2, 8);
  const before = device.liveBytes;
  const arena = device.arena();
  await clusterTransformer(model, { seed: 3, sample: { tokens, arena } });
  arena.dispose();
  assertEquals(device.liveBytes, before);
});

Deno.test("a model without sparsity cannot be clustered, and one with a router has no sparse pass before", async () => {
  const device = createReferenceDevice();
  const dense = createTransformer(device, { shape }, 1);
  await assertRejects(() => clusterTransformer(dense, { seed: 1 }), Error, "with sparsity");
  const routed = createTransformer(device, { shape, sparsity: { plan: sparsityPlans.paper, venom } }, 1);
  const options = { arena: device.arena(), mode: "sparse" } as const;
  assertThrows(() => logits(routed, batchOf(device, 1, 4).tokens, options), Error, "clusterTransformer");
});
