import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { clusterTransformer } from "./cluster_transformer.ts";
import { decode } from "./decode.ts";
import { createKeyValueCache, freeKeyValueCache, type KeyValueCache } from "./key_value_cache.ts";
import { logits } from "./logits.ts";
import { prefill } from "./prefill.ts";
import type { Transformer } from "./transformer.ts";
import { floatsOf, roughModel, shape, venom } from "./_testing.ts";

type Mode = "dense" | "sparse";

const { vocabularySize } = shape;
const sequence = [3, 1, 4, 1, 5, 9, 2, 6];

function integers(device: Device, extents: readonly number[], values: readonly number[]) {
  const tensor = device.tensor(extents, "i32");
  device.write(tensor, Int32Array.from(values));
  return tensor;
}

/** Scores behind every token, each prefix computed as a whole. */
async function recomputed(model: Transformer, tokens: readonly number[], mode: Mode): Promise<Float32Array[]> {
  const { device } = model;
  const rows = [];
  for (let length = 1; length <= tokens.length; length++) {
    const prefix = integers(device, [1, length], tokens.slice(0, length));
    rows.push(await floatsOf(device, logits(model, prefix, { arena: device.arena(), mode })));
  }
  return rows;
}

async function begin(model: Transformer, cache: KeyValueCache, tokens: readonly number[], at: number, mode: Mode) {
  const { device } = model;
  const options = { arena: device.arena(), sequence: at, mode };
  return await floatsOf(device, prefill(model, cache, integers(device, [1, tokens.length], tokens), options));
}

async function goOn(
  model: Transformer,
  cache: KeyValueCache,
  next: readonly (readonly [token: number, place: number])[],
  mode: Mode,
) {
  const { device } = model;
  const tokens = integers(device, [next.length], next.map(([token]) => token));
  const places = integers(device, [next.length], next.map(([, place]) => place));
  const scores = await floatsOf(device, decode(model, cache, { tokens, places }, { arena: device.arena(), mode }));
  return next.map((_, row) => scores.slice(row * vocabularySize, (row + 1) * vocabularySize));
}

function assertScores(actual: Float32Array | undefined, expected: Float32Array | undefined): void {
  assertEquals(actual?.length, vocabularySize);
  actual?.forEach((score, token) => assertAlmostEquals(score, expected?.[token] ?? NaN, 1e-5));
}

const models: readonly (readonly [name: string, mode: Mode, make: () => Promise<Transformer>])[] = [
  ["dense, reference", "dense", () => Promise.resolve(roughModel())],
  ["dense, two threads", "dense", async () => roughModel({}, await createCpuDevice({ threads: 2, blas: "off" }))],
  ["a router by token", "sparse", async () => {
    const model = roughModel({ sparsity: { plan: sparsityPlans.beyond, venom, router: "token" } });
    const tokens = integers(model.device, [1, 8], sequence);
    const sample = { tokens, arena: model.device.arena(), voters: [Int32Array.from(sequence)] };
    await clusterTransformer(model, { seed: 1, sample });
    return model;
  }],
  ...(["paper", "beyond", "activations-24"] as const).map((plan) =>
    [`plan ${plan}`, "sparse", async () => {
      const model = roughModel({ sparsity: { plan: sparsityPlans[plan], venom } });
      await clusterTransformer(model, { seed: 1 });
      return model;
    }] as const
  ),
];

for (const [name, mode, make] of models) {
  Deno.test(`decode scores every token as a pass over the whole sequence does, ${name}`, async () => {
    const model = await make();
    const expected = await recomputed(model, sequence, mode);
    const cache = createKeyValueCache(model, { sequences: 3 });
    assertScores(await begin(model, cache, sequence.slice(0, 3), 1, mode), expected[2]);
    for (const [index, token] of sequence.entries()) {
      if (index < 3) continue;
      const [scores] = await goOn(model, cache, [[token, 8 + index]], mode);
      assertScores(scores, expected[index]);
    }
    model.device.dispose();
  });

  Deno.test(`decode takes tokens of several sequences and several of one, ${name}`, async () => {
    const model = await make();
    const other = [7, 7, 0, 2, 8];
    const [expected, expectedOther] = [await recomputed(model, sequence, mode), await recomputed(model, other, mode)];
    const cache = createKeyValueCache(model, { sequences: 2, capacity: 8 });
    await begin(model, cache, sequence.slice(0, 2), 1, mode);
    await begin(model, cache, other.slice(0, 4), 0, mode);
    const next = [[sequence[2] ?? 0, 10], [other[4] ?? 0, 4], [sequence[3] ?? 0, 11]] as const;
    const [third, fifthOfOther, fourth] = await goOn(model, cache, next, mode);
    assertScores(third, expected[2]);
    assertScores(fourth, expected[3]);
    assertScores(fifthOfOther, expectedOther[4]);
    model.device.dispose();
  });
}

Deno.test("decode of a row gives the same bits in any company, and in a sequence that held another text", async () => {
  const model = roughModel({}, await createCpuDevice({ threads: 2, blas: "off" }));
  const [small, large] = [createKeyValueCache(model), createKeyValueCache(model, { sequences: 4 })];
  await begin(model, small, sequence.slice(0, 5), 0, "dense");
  const [alone] = await goOn(model, small, [[9, 5]], "dense");
  for (const at of [0, 1, 2, 3]) await begin(model, large, [8, 8, 8, 8, 8, 8, 8, 8], at, "dense");
  await begin(model, large, sequence.slice(0, 5), 2, "dense");
  const [, , company] = await goOn(model, large, [[3, 6], [1, 12], [9, 21], [2, 31]], "dense");
  assertEquals(company, alone);
  model.device.dispose();
});

Deno.test("a cache is as large as its sequences and nothing is left of it", () => {
  const model = roughModel();
  const { device } = model;
  const before = device.liveBytes;
  const cache = createKeyValueCache(model, { sequences: 3, capacity: 5 });
  const bytes = 2 * shape.layers * 3 * 5 * shape.kvHeads * shape.headDim * 4;
  assertEquals(device.liveBytes - before, bytes);
  freeKeyValueCache(device, cache);
  assertEquals(device.liveBytes, before);
});

Deno.test("caches and prompts that do not fit are refused", async () => {
  const model = roughModel({}, createReferenceDevice());
  assertThrows(() => createKeyValueCache(model, { sequences: 0 }), RangeError, "sequences must be an integer");
  assertThrows(
    () => createKeyValueCache(model, { capacity: 9 }),
    RangeError,
    "capacity must be an integer from 1 to 8",
  );
  const cache = createKeyValueCache(model, { capacity: 4 });
  await assertRejects(() => begin(model, cache, [1, 2, 3, 4, 5], 0, "dense"), TypeError, "1 to 4 positions");
  await assertRejects(() => begin(model, cache, [1], 1, "dense"), RangeError, "the cache has 1");
  const [scores] = await goOn(model, cache, [[1, 4]], "dense");
  assertEquals(scores?.every(Number.isNaN), true);
});
