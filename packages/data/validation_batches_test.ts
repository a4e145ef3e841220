import { bitsPerByte, ByteTokenizer, memoryTokens, targetSize, validationBatches } from "@beyond24/data";
import { loadTokenizer, trainTokenizer } from "@beyond24/tokenizer";
import { assertEquals } from "@std/assert";

const tokens = Int32Array.from({ length: 101 }, (_, token) => token);

Deno.test("validationBatches covers all tokens once without a limit", () => {
  const batches = [...validationBatches(tokens, { sequenceLength: 5, batchSize: 3 })];
  const targets = batches.flatMap((batch) => [...batch.targets]).filter((target) => target >= 0);
  assertEquals(targets, Array.from({ length: 100 }, (_, index) => index + 1));
  assertEquals(batches.map(({ inputs }) => inputs.length), new Array(7).fill(15));
});

Deno.test("validationBatches with a limit spreads over the tokens", () => {
  const batches = [...validationBatches(tokens, { sequenceLength: 5, batchSize: 2, leastTokens: 11 })];
  assertEquals(batches.flatMap(({ inputs }) => [inputs[0], inputs[5]]), [0, 25, 50, 75]);
});

Deno.test("validationBatches of too few tokens gives nothing", () => {
  assertEquals([...validationBatches(tokens.subarray(0, 5), { sequenceLength: 5, batchSize: 2 })], []);
});

Deno.test("validationBatches of a mixture takes each source's part, and keeps the parts where one is short", () => {
  const source = (first: number, length: number, weight: number) => ({
    tokens: memoryTokens([Int32Array.from({ length }, (_, token) => first + token)]),
    weight,
  });
  const count = (lengths: [number, number], leastTokens: number) => {
    const mixture = [source(0, lengths[0], 3), source(1000, lengths[1], 1)];
    const batches = [...validationBatches(mixture, { sequenceLength: 5, batchSize: 4, leastTokens })];
    const counted = batches.flatMap(({ targets }) => [...targets]).filter((target) => target >= 0);
    return [counted.filter((target) => target < 1000).length, counted.filter((target) => target > 1000).length];
  };
  assertEquals(count([500, 500], 200), [150, 50]);
  assertEquals(count([500, 500], 201), [165, 55]);
  assertEquals(count([500, 11], 200), [30, 10], "of two sequences of the second source and six of the first");
});

Deno.test("targetSize counts bytes of text and none of special tokens, whole or in part", async () => {
  const file = await trainTokenizer(["é é é whale whale"], { vocabularySize: 262, special: ["</s>"] });
  const tokenizer = await loadTokenizer(file);
  const text = "é whale, whale! €";
  const encoded = tokenizer.encode(text);
  const targets = Int32Array.of(...encoded, tokenizer.eos ?? -1, -1, -1);
  const size = targetSize([{ inputs: targets, targets }], tokenizer);
  assertEquals(size, { tokens: encoded.length + 1, bytes: new TextEncoder().encode(text).length });
  assertEquals(bitsPerByte(1, { tokens: 1, bytes: 0 }), null);
  const bytes = new ByteTokenizer();
  assertEquals(targetSize([{ inputs: targets, targets: bytes.encode(text) }], bytes), { tokens: 20, bytes: 20 });
});
