import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Tape } from "@beyond24/autograd";
import { soloCollectives } from "@beyond24/device";
import { bestClusters } from "@beyond24/ffn";
import { sparsityPlans } from "@beyond24/recipe";
import { tokenRouters } from "./_choose_by_token.ts";
import { hiddenStates } from "./_hidden_states.ts";
import { clusterTransformer } from "./cluster_transformer.ts";
import { logits } from "./logits.ts";
import type { Transformer } from "./transformer.ts";
import { readTransformerState, writeTransformerState } from "./transformer_state.ts";
import { batchOf, floatsOf, roughModel, shape } from "./_testing.ts";

const sparsity = {
  plan: sparsityPlans.beyond,
  venom: { v: 4, n: 2, m: 16 },
  expertsPerToken: 2,
  router: "token",
} as const;
const voters = [0, 5].map((shift) => Int32Array.from({ length: 16 }, (_, i) => (i * i + shift) % 10));

async function clustered(denseLayers: number): Promise<Transformer> {
  const model = roughModel({ sparsity, denseLayers });
  const { tokens } = batchOf(model.device, 2, 8);
  await clusterTransformer(model, { seed: 3, sample: { tokens, arena: model.device.arena(), voters } });
  return model;
}

/** The two clusters of each token that were best for it most often, the first of two counted twice. */
async function elected(model: Transformer, layer: number): Promise<number[][]> {
  const { device, layers } = model;
  const votes = Array.from({ length: shape.vocabularySize }, () => [0, 0, 0, 0]);
  for (const values of voters) {
    const tokens = device.tensor([2, 8], "i32");
    device.write(tokens, values);
    const tape = new Tape(device, device.arena(), { recording: false });
    const { value: x } = hiddenStates(tape, model, tokens, { mode: "dense" }, layer);
    const network = layers[layer]?.feedForward;
    if (network === undefined) throw new Error("there is such a layer");
    for (const [place, cluster] of (await device.read(bestClusters(tape, x, network))).entries()) {
      const own = votes[values[Math.floor(place / 2)] ?? NaN] ?? [];
      own[cluster] = (own[cluster] ?? NaN) + 2 - place % 2;
    }
  }
  return votes.map((own, token) =>
    own.every((count) => count === 0)
      ? [2 * token % 4, (2 * token + 1) % 4]
      : own.map((count, cluster) => ({ count, cluster })).sort((a, b) => b.count - a.count || a.cluster - b.cluster)
        .slice(0, 2).map(({ cluster }) => cluster)
  );
}

Deno.test("clusterTransformer gives tokens the clusters that they vote for, in every layer that is routed", async () => {
  for (const denseLayers of [0, 1]) {
    const model = await clustered(denseLayers);
    const routers = tokenRouters(model);
    assertEquals(routers.length, 2 - denseLayers);
    for (const [index, { choices }] of routers.entries()) {
      assertEquals([...choices], (await elected(model, index + denseLayers)).flat(), `${denseLayers}, router ${index}`);
    }
  }
});

Deno.test("a model has the clusters of its tokens again from its state, and refuses those of another", async () => {
  const [model, other] = [await clustered(0), roughModel({ sparsity })];
  const state = readTransformerState(model);
  writeTransformerState(other, JSON.parse(JSON.stringify(state)));
  assertEquals(tokenRouters(other).map(({ choices }) => choices), tokenRouters(model).map(({ choices }) => choices));
  const [first = "", second = ""] = state.choices ?? [];
  assertNotEquals(first, second);
  const same = new Uint8Array(22).fill(3).toBase64();
  for (
    const choices of [undefined, [first], [first, "?"], [first, second.slice(4)], [first, same], [
      first,
      second,
      second,
    ]]
  ) {
    const damaged = { clustered: true, scales: state.scales, ...(choices === undefined ? {} : { choices }) };
    assertThrows(() => writeTransformerState(other, damaged), TypeError, "clusters of tokens");
  }
  assertEquals(readTransformerState(roughModel()).choices, undefined);
});

Deno.test("a token has its clusters wherever it stands", async () => {
  const model = await clustered(0);
  const { device } = model;
  const scores = async (values: readonly number[]) => {
    const tokens = device.tensor([1, values.length], "i32");
    device.write(tokens, Int32Array.from(values));
    return await floatsOf(device, logits(model, tokens, { arena: device.arena(), positions: "all", mode: "sparse" }));
  };
  const [short, long] = [await scores([3, 1, 4]), await scores([3, 1, 4, 1, 5])];
  for (const [i, score] of short.entries()) assertAlmostEquals(score, long[i] ?? NaN, 1e-5);
});

Deno.test("signals and requests are heard while tokens vote, and ranks other than the first do not count them", async () => {
  let heard = 0;
  const timer = setInterval(() => heard++);
  const model = await clustered(0);
  clearInterval(timer);
  assert(heard > 0, "a timer runs between batches of voters");
  const silent = roughModel({ sparsity });
  const { tokens } = batchOf(silent.device, 2, 8);
  const collectives = { ...soloCollectives, rank: 1, size: 2 };
  const sample = { tokens, arena: silent.device.arena(), voters };
  await clusterTransformer(silent, { seed: 3, sample, collectives });
  const evenly = Uint8Array.from({ length: 22 }, (_, i) => i % 4);
  for (const { choices } of tokenRouters(silent)) assertEquals(choices, evenly);
  for (const { choices } of tokenRouters(model)) assertNotEquals(choices, evenly);
});
