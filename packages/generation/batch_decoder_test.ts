import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { writeParameter } from "@beyond24/autograd";
import { seededRandom } from "@beyond24/routing";
import { type ModelShape, sparsityPlans } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTransformer,
  logits,
  type Transformer,
  transformerParameters,
} from "@beyond24/transformer";
import { assertAlmostEquals, assertEquals, assertGreater, assertRejects, assertThrows } from "@std/assert";
import { BatchDecoder, type GeneratedToken, type GenerateOptions } from "./batch_decoder.ts";
import { logProbabilityOf } from "./log_probabilities.ts";
import { sampleToken } from "./sample_token.ts";
import { sampleTokens } from "./sample_tokens.ts";
import { ScoreError } from "./score_error.ts";

const shape: ModelShape = {
  layers: 2,
  dModel: 32,
  dFfn: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  vocabularySize: 50,
  sequenceLength: 32,
};
const sparsity = { plan: sparsityPlans.beyond, venom: { v: 4, n: 2, m: 8 } } as const;

/** A model that is sure of something: initial weights are so small that all scores are nearly equal. */
async function modelOn(device: Device, mode: "dense" | "sparse" = "dense"): Promise<Transformer> {
  const model = createTransformer(device, { shape, ...(mode === "sparse" ? { sparsity } : {}) }, 3);
  for (const parameter of transformerParameters(model)) {
    if (parameter.shape.length === 1) continue;
    const values = Float32Array.from(await device.read(parameter.weight), (value) => value * 14);
    writeParameter(device, parameter, values);
  }
  if (mode === "sparse") await clusterTransformer(model, { seed: 1 });
  return model;
}

const cpu = () => createCpuDevice({ threads: 2, blas: "off" });
const greedy = { temperature: 0, random: () => 0 };
const seeded = (seed: number) => ({ temperature: 0.9, topK: 20, topP: 0.95, random: seededRandom(seed) });

async function tokensOf(generated: AsyncIterable<GeneratedToken>): Promise<number[]> {
  return (await Array.fromAsync(generated)).map(({ token }) => token);
}

/** What recomputing the whole sequence for every token gives. */
async function recomputed(
  model: Transformer,
  prompt: readonly number[],
  { count, ...options }: GenerateOptions,
  mode: "dense" | "sparse",
): Promise<number[]> {
  const { device } = model;
  const sequence = [...prompt];
  const arena = device.arena();
  for (let drawn = 0; drawn < count; drawn++) {
    const tokens = device.tensor([1, sequence.length], "i32");
    device.write(tokens, Int32Array.from(sequence));
    sequence.push(sampleToken(await device.read(logits(model, tokens, { arena, mode })), options));
    arena.reset();
    device.free(tokens);
  }
  return sequence.slice(prompt.length);
}

for (const mode of ["dense", "sparse"] as const) {
  for (const [name, options] of [["greedy", () => greedy], ["seeded", () => seeded(7)]] as const) {
    Deno.test(`${name} tokens are those of recomputing the whole sequence, ${mode}`, async () => {
      const model = await modelOn(await cpu(), mode);
      const decoder = new BatchDecoder(model, { mode });
      const drawn = new Set<number>();
      for (const prompt of [[1], [4, 8, 15, 16, 23, 42], Array.from({ length: 20 }, (_, i) => i * 7 % 50)]) {
        const count = shape.sequenceLength - prompt.length;
        const expected = await recomputed(model, prompt, { count, ...options() }, mode);
        assertEquals(await tokensOf(decoder.generate(prompt, { count, ...options() })), expected);
        expected.forEach((token) => drawn.add(token));
      }
      assertGreater(drawn.size, 6, "a model that says the same all the time proves nothing");
      await decoder.dispose();
      model.device.dispose();
    });
  }
}

Deno.test("what a sequence becomes does not depend on its company, nor on whether it waited", async () => {
  const model = await modelOn(await cpu());
  const prompts = Array.from({ length: 7 }, (_, i) => Array.from({ length: 1 + 2 * i }, (_, j) => (i * 11 + j) % 50));
  const count = (index: number) => 5 + 2 * (index % 3);
  const alone = [];
  for (const [index, prompt] of prompts.entries()) {
    alone.push(
      await Array.fromAsync(sampleTokens(model, prompt, { count: count(index), mode: "dense", ...seeded(index) })),
    );
  }
  const decoder = new BatchDecoder(model, { mode: "dense", sequences: 3 });
  const together = prompts.map((prompt, index) => decoder.generate(prompt, { count: count(index), ...seeded(index) }));
  assertEquals(decoder.waiting, 7);
  assertEquals(await Promise.all(together.map(tokensOf)), alone);
  assertEquals(decoder.waiting, 0);
  await decoder.dispose();
  model.device.dispose();
});

Deno.test("a full cache forgets the older half: as if the newer one had been the prompt", async () => {
  const model = await modelOn(await cpu());
  const tokens = await Array.fromAsync(sampleTokens(model, [3], { count: 60, mode: "dense", ...greedy }));
  // 32 positions: tokens 0 to 31 of the sequence are full when the one behind them is there; 16 of these 33 are kept.
  const sequence = [3, ...tokens];
  const restarted = await Array.fromAsync(
    sampleTokens(model, sequence.slice(17, 33), { count: 10, mode: "dense", ...greedy }),
  );
  assertEquals(sequence.slice(33, 43), restarted);
  model.device.dispose();
});

Deno.test("a prompt that is too long counts from its end", async () => {
  const model = await modelOn(createReferenceDevice());
  const long = Array.from({ length: 80 }, (_, i) => i * 3 % 50);
  const of = (prompt: readonly number[]) =>
    Array.fromAsync(sampleTokens(model, prompt, { count: 3, mode: "dense", ...greedy }));
  assertEquals(await of(long), await of(long.slice(-32)));
});

Deno.test("the token that ends a text is the last one", async () => {
  const model = await modelOn(createReferenceDevice());
  const decoder = new BatchDecoder(model, { mode: "dense" });
  const all = await tokensOf(decoder.generate([5], { count: 12, ...greedy }));
  const end = all[4] ?? NaN;
  assertEquals(
    await tokensOf(decoder.generate([5], { count: 12, end, ...greedy })),
    all.slice(0, all.indexOf(end) + 1),
  );
  await decoder.dispose();
});

Deno.test("what fills a vocabulary up is never drawn, nor thought of, nor taken in a prompt", async () => {
  const model = createTransformer(createReferenceDevice(), { shape, tokens: 5 }, 3);
  const decoder = new BatchDecoder(model, { mode: "dense" });
  const options = { count: 20, logProbabilities: 50, temperature: 5, random: seededRandom(1) };
  for await (const { token, thought } of decoder.generate([4], options)) {
    assertEquals(token < 5, true);
    assertEquals(thought?.top.length, 5);
  }
  assertThrows(() => decoder.generate([5], options), RangeError, "integers from 0 to 4: current value is 5");
  await decoder.dispose();
});

Deno.test("log-probabilities of drawn tokens and of the prompt are those of a pass over the sequence", async () => {
  const model = await modelOn(await cpu());
  const { device } = model;
  const decoder = new BatchDecoder(model, { mode: "dense" });
  const prompt = Array.from({ length: 24 }, (_, i) => i * 5 % 50);
  const options = { count: 4, echo: true, logProbabilities: 2, ...greedy };
  const generated = await Array.fromAsync(decoder.generate(prompt, options));
  const sequence = generated.map(({ token }) => token);
  assertEquals(sequence.slice(0, 24), prompt);
  assertEquals(sequence.slice(24), await tokensOf(decoder.generate(prompt, { count: 4, ...greedy })));
  const tokens = device.tensor([1, sequence.length], "i32");
  device.write(tokens, Int32Array.from(sequence));
  const scores = Float32Array.from(
    await device.read(logits(model, tokens, { arena: device.arena(), positions: "all" })),
  );
  assertEquals(generated[0]?.thought, undefined);
  generated.slice(1).forEach(({ token, thought }, place) => {
    const expected = logProbabilityOf(scores.subarray(place * 50, (place + 1) * 50), token, 2);
    assertAlmostEquals(thought?.logProbability ?? NaN, expected.logProbability, 1e-4);
    assertEquals(thought?.top.map(({ token }) => token), expected.top.map(({ token }) => token));
  });
  const scored = await Array.fromAsync(decoder.generate(prompt, { ...options, count: 0 }));
  assertEquals(scored, generated.slice(0, 24));
  assertEquals(await tokensOf(decoder.generate(prompt, { count: 0, echo: true, ...greedy })), prompt);
  assertEquals(await tokensOf(decoder.generate(prompt, { count: 0, ...greedy })), []);
  await decoder.dispose();
  device.dispose();
});

Deno.test("a prompt that fills a sequence is scored, a longer one is refused", async () => {
  const model = await modelOn(createReferenceDevice());
  const decoder = new BatchDecoder(model, { mode: "dense" });
  const prompt = (length: number) => Array.from({ length }, (_, i) => i * 3 % 50);
  const options = { count: 3, echo: true, logProbabilities: 0, ...greedy };
  assertEquals((await tokensOf(decoder.generate(prompt(32), options))).length, 35);
  assertThrows(() => decoder.generate(prompt(33), options), RangeError, "32 tokens: current value is 33");
  assertEquals((await tokensOf(decoder.generate(prompt(33), { count: 3, echo: true, ...greedy }))).length, 36);
  await decoder.dispose();
});

Deno.test("who stops to iterate ends a sequence, also one that waits", async () => {
  const model = await modelOn(await cpu());
  const decoder = new BatchDecoder(model, { mode: "dense" });
  const endless = { count: 1e9, ...seeded(1) };
  const [first, second] = [decoder.generate([1], endless), decoder.generate([2], endless)];
  const waiting = second[Symbol.asyncIterator]();
  const next = waiting.next();
  for await (const _ of first) break;
  assertEquals((await next).done, false);
  await waiting.return?.();
  assertEquals(await tokensOf(decoder.generate([3], { count: 2, ...greedy })).then(({ length }) => length), 2);
  const third = decoder.generate([1], endless);
  await decoder.dispose();
  await Array.fromAsync(third);
  model.device.dispose();
});

Deno.test("a signal ends a sequence that goes on, one that waits, and one that comes later", async () => {
  const model = await modelOn(await cpu());
  const decoder = new BatchDecoder(model, { mode: "dense" });
  const leave = new AbortController();
  const endless = { count: 1e9, signal: leave.signal, ...seeded(1) };
  const [first, second] = [decoder.generate([1], endless), decoder.generate([2], endless)];
  let drawn = 0;
  for await (const _ of first) if (++drawn === 3) leave.abort();
  assertEquals(await tokensOf(second), []);
  assertEquals(await tokensOf(decoder.generate([3], endless)), []);
  assertEquals(decoder.waiting, 0);
  await decoder.dispose();
  model.device.dispose();
});

Deno.test("a model that has diverged ends the sequence with a ScoreError, and a lost device all of them", async () => {
  const model = await modelOn(createReferenceDevice());
  writeParameter(model.device, model.norm, new Float32Array(32).fill(NaN));
  const decoder = new BatchDecoder(model, { mode: "dense", sequences: 2 });
  const options = { count: 2, ...greedy };
  await assertRejects(() => tokensOf(decoder.generate([1], options)), ScoreError, "score of token 0");
  const lost = [1, 2, 3].map((token) => tokensOf(decoder.generate([token], options)));
  model.device.read = () => Promise.reject(new Error("lost"));
  for (const tokens of lost) await assertRejects(() => tokens, Error, "lost");
  await decoder.dispose();
});

Deno.test("prompts that hold no token, or an unknown one, are refused", async () => {
  const model = await modelOn(createReferenceDevice());
  const decoder = new BatchDecoder(model, { mode: "dense" });
  assertThrows(() => decoder.generate([], { count: 1, ...greedy }), RangeError, "must hold a token");
  for (const token of [-1, 50, 1.5]) {
    assertThrows(() => decoder.generate([1, token], { count: 1, ...greedy }), RangeError, `current value is ${token}`);
  }
  await decoder.dispose();
});

Deno.test("nothing is left of a decoder", async () => {
  const model = await modelOn(createReferenceDevice());
  const { device } = model;
  const before = device.liveBytes;
  await Array.fromAsync(sampleTokens(model, [1], { count: 3, mode: "dense", ...greedy }));
  assertEquals(device.liveBytes, before);
});
