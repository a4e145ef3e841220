import { assert, assertEquals, assertThrows } from "@std/assert";
import { Tape } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import { inProcessCollectives } from "@beyond24/device/contract";
import { sparsityPlans } from "@beyond24/recipe";
import { bestClusters, countVotes, electClusters } from "./cluster_votes.ts";
import { createFeedForward, disposeFeedForward, type FeedForward } from "./feed_forward.ts";
import { refreshFeedForward } from "./packed_weights.ts";
import { sparseFeedForward } from "./run_feed_forward.ts";
import { type TokenRouter, writeChoices } from "./token_router.ts";
import { layerOf, randomSample, runOnDevice } from "./_testing.ts";

const sparsity = {
  plan: sparsityPlans.venom,
  venom: { v: 4, n: 2, m: 32 },
  expertsPerToken: 3,
  router: "token",
} as const;

function routerOf({ sparse }: FeedForward): TokenRouter {
  if (sparse?.router.name === "token") return sparse.router;
  throw new Error("the router is another one");
}

/** A router of a vocabulary of `tokens`. */
function tokenRouter(tokens: number, device = createReferenceDevice()): TokenRouter {
  return routerOf(layerOf(device, randomSample(tokens, 64, 8), sparsity));
}

Deno.test("a table of the clusters with the most energy gives what the router by energy gives, to the last bit", async () => {
  const sample = randomSample(21, 64, 8);
  const device = createReferenceDevice();
  const energy = await runOnDevice(sample, { ...sparsity, router: "energy" }, 0, device);
  const tape = new Tape(device, device.arena(), { recording: false });
  const x = device.tensor([21, 8], "f32");
  device.write(x, sample.x);
  const best = bestClusters(tape, x, energy.layer);
  const tokens = Int32Array.from({ length: 21 }, (_, i) => i);
  const experts = Int32Array.from(await device.read(best));
  const token = await runOnDevice(sample, sparsity, 0, device, async (layer) => {
    const router = routerOf(layer);
    await electClusters(device, router, countVotes(router, { tokens, experts }));
  });
  assertEquals(Int32Array.from(routerOf(token.layer).choices), experts);
  assertEquals(
    await device.read(token.layer.statistics.expertCounts),
    await device.read(energy.layer.statistics.expertCounts),
  );
  for (const name of ["dWIn", "dWOut"] as const) assertEquals(token[name], energy[name], name);
  // The same sums of products, of which one is computed for all clusters at once.
  for (const name of ["y", "dx"] as const) assertEquals(token[name], energy[name], name);
});

Deno.test("the clusters of a token are those with the most votes, and a silent one keeps its own", async () => {
  const device = createReferenceDevice();
  const router = tokenRouter(3, device);
  assertEquals(router.choices, Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 0), "evenly at first");
  const first = { tokens: Int32Array.of(0, 2), experts: Int32Array.of(7, 6, 5, 1, 2, 3) };
  const second = { tokens: Int32Array.of(2, 2), experts: Int32Array.of(5, 4, 2, 5, 2, 0) };
  await electClusters(device, router, countVotes(router, second, countVotes(router, first)));
  // Of token 2: 1 has 3 votes, 2 has 2 + 1 + 2, 3 has 1, 5 has 3 + 3, 4 has 2, 0 has 1.
  assertEquals(router.choices, Uint8Array.of(7, 6, 5, 3, 4, 5, 5, 2, 1));
  const scores = await device.read(router.scores);
  assertEquals([...scores.subarray(16)], [0, 1, 2, 0, 0, 3, 0, 0]);
});

Deno.test("all ranks have the clusters that rank 0 elects", async () => {
  const devices = [createReferenceDevice(), createReferenceDevice()];
  const choices = await Promise.all(
    inProcessCollectives(devices).map(async (collectives) => {
      const device = devices[collectives.rank] ?? createReferenceDevice();
      const router = tokenRouter(1, device);
      const experts = collectives.rank === 0 ? Int32Array.of(4, 2, 6) : Int32Array.of(1, 3, 5);
      const ballot = { tokens: Int32Array.of(0), experts };
      await electClusters(device, router, countVotes(router, ballot), collectives);
      return router.choices;
    }),
  );
  assertEquals(choices, [Uint8Array.of(4, 2, 6), Uint8Array.of(4, 2, 6)]);
});

Deno.test("clusters of tokens that no table can have are refused, and the table stays", async () => {
  const device = createReferenceDevice();
  const router = tokenRouter(2, device);
  const refused = (choices: readonly number[], reason: string) =>
    assertThrows(() => writeChoices(device, router, Uint8Array.from(choices)), TypeError, reason);
  refused([1, 2, 3], "3 for each of 2 tokens: current value is 3 clusters");
  refused([1, 2, 3, 1, 2, 8], "current value is 8, at token 1");
  refused([1, 2, 1, 1, 2, 3], "current value is 1, at token 0");
  assertEquals(router.choices, Uint8Array.of(0, 1, 2, 3, 4, 5));
  assertEquals([...(await device.read(router.scores)).subarray(0, 4)], [3, 2, 1, 0]);
});

Deno.test("a router that chooses by token wants to know the tokens, and at most 256 clusters", () => {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(8, 64, 8), sparsity);
  refreshFeedForward(device, layer);
  const tape = new Tape(device, device.arena());
  const x = tape.input(device.tensor([8, 8], "f32"));
  assertThrows(() => sparseFeedForward(tape, x, layer), TypeError, "its router chooses by token: pass tokens");
  const many = { ...sparsity, venom: { v: 4, n: 2, m: 4 * 257 } } as const;
  const sizes = { neurons: 4 * 257, features: 4, vocabularySize: 2 };
  assertThrows(() => createFeedForward(device, "mlp", { ...sizes, sparsity: many }), RangeError, "at most 1024");
  assert(createFeedForward(device, "mlp", { ...sizes, sparsity: { ...many, router: "probe" } }));
  const before = device.liveBytes;
  const without = { neurons: 64, features: 8, sparsity };
  assertThrows(() => createFeedForward(device, "mlp", without), RangeError, "vocabularySize must be at least 1");
  assertEquals(device.liveBytes, before);
});

Deno.test("a table is freed with its network", async () => {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(4, 64, 8), sparsity);
  await electClusters(device, routerOf(layer), new Uint32Array(4 * 8).fill(1));
  disposeFeedForward(device, layer);
  assertEquals(device.liveBytes, 0);
});

Deno.test("a plan without a router keeps no table", () => {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(4, 64, 8), { ...sparsity, plan: sparsityPlans.w1, expertsPerToken: 1 });
  assertEquals(layer.sparse?.router.name, "cosine");
});
