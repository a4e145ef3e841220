import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { modelPresets } from "@beyond24/recipe";
import { loadTokenizer, trainTokenizer } from "@beyond24/tokenizer";
import { createTransformer, logits } from "@beyond24/transformer";
import { EvaluationError } from "../evaluation_error.ts";
import { scoreText } from "./score_text.ts";

const shape = { ...modelPresets.tiny, layers: 1, sequenceLength: 8, vocabularySize: 300 };
const model = createTransformer(createReferenceDevice(), { shape }, 1);
const text = "Call me Ishmael. Some years ago";

/** Loss of each token, from as many before it as its window has. */
async function lossOf(before: readonly number[], token: number): Promise<number> {
  const { device } = model;
  const tokens = device.tensor([1, before.length], "i32");
  device.write(tokens, Int32Array.from(before));
  const row = Array.from(await device.read(logits(model, tokens, { arena: device.arena() })));
  return Math.log(row.reduce((sum, score) => sum + Math.exp(score), 0)) - (row[token] ?? NaN);
}

/** The windows of lm-evaluation-harness: full ones, and a last one that looks back. */
async function expected(all: readonly number[]): Promise<number> {
  let nats = 0;
  for (let start = 1; start < all.length; start += 8) {
    const end = Math.min(all.length, start + 8);
    const from = Math.max(0, end - 9);
    for (let at = start; at < end; at++) nats += await lossOf(all.slice(from, at), all[at] ?? 0);
  }
  return nats;
}

const bare = await loadTokenizer(await trainTokenizer([text], { vocabularySize: 258, special: [] }));

Deno.test("scoreText: a tokenizer without a first token predicts all but the first", async () => {
  const tokens = [...bare.encode(text)];
  const score = await scoreText(model, bare, text);
  const nats = await expected(tokens);
  const bytes = text.length - bare.tokenBytes(tokens[0] ?? 0).length;
  assertEquals([score?.tokens, score?.bytes, score?.words], [tokens.length - 1, bytes, 6]);
  assertAlmostEquals(score?.loss ?? NaN, nats / (tokens.length - 1), 1e-5);
  assertAlmostEquals(score?.bitsPerByte ?? NaN, nats / bytes / Math.LN2, 1e-5);
  assertAlmostEquals(score?.perplexity ?? NaN, Math.exp(nats / (tokens.length - 1)), 1e-2);
});

Deno.test("scoreText: a tokenizer with a first token predicts all of them", async () => {
  const file = await trainTokenizer([text], { vocabularySize: 280, special: ["<|end|>"] });
  const tokenizer = await loadTokenizer(file, { eos: "<|end|>" });
  const tokens = [...tokenizer.encode(text)];
  const score = await scoreText(model, tokenizer, text, { batch: 2 });
  const nats = await expected([tokenizer.eos ?? -1, ...tokens]);
  assertEquals([score?.tokens, score?.bytes], [tokens.length, text.length]);
  assertAlmostEquals(score?.bitsPerByte ?? NaN, nats / text.length / Math.LN2, 1e-5);
  assertAlmostEquals(score?.wordPerplexity ?? NaN, Math.exp(nats / 6), Math.exp(nats / 6) * 1e-3);
});

Deno.test("scoreText refuses a text without a token to predict", async () => {
  await assertRejects(() => scoreText(model, bare, "a"), EvaluationError, 'current value is "a"');
});
