import { ByteTokenizer, DataError, splitCorpus, type TokenSource } from "@beyond24/data";
import { loadTokenizer, trainTokenizer } from "@beyond24/tokenizer";
import { assertEquals, assertThrows } from "@std/assert";

const tokenizer = new ByteTokenizer();
const text = (path: string, length: number) => ({ path, bytes: new TextEncoder().encode(path.repeat(length)) });
const textOf = (tokens: TokenSource) => tokenizer.decode(tokens.read(0, tokens.length));

Deno.test("splitCorpus holds the end of every text out and loses nothing", () => {
  const { train, validation } = splitCorpus({ texts: [text("a", 100), text("b", 9), text("c", 50)] }, {
    validationFraction: 0.1,
    sequenceLength: 4,
  });
  assertEquals(textOf(train), "a".repeat(90) + "b".repeat(9) + "c".repeat(45));
  assertEquals(textOf(validation), "a".repeat(10) + "c".repeat(5));
});

Deno.test("splitCorpus refuses parts shorter than a sequence", () => {
  const split = (length: number, validationFraction: number) => () =>
    splitCorpus({ texts: [text("a", length)] }, { validationFraction, sequenceLength: 8 });
  assertThrows(split(8, 0.5), DataError, "a as the training part must hold a sequence and one token more, 9 tokens");
  assertThrows(split(80, 0.1), DataError, "validation part");
  for (const fraction of [0, 1, -0.5, NaN]) assertThrows(split(80, fraction), RangeError);
});

Deno.test("splitCorpus takes no memory besides the texts, or encodes them with a tokenizer", async () => {
  const texts = [text("whale ", 100)];
  const { train } = splitCorpus({ texts }, { validationFraction: 0.1, sequenceLength: 8 });
  const before = train.read(0, 6);
  texts[0]?.bytes.fill(65, 0, 6);
  assertEquals([before, train.read(0, 6)], [Int32Array.from(tokenizer.encode("whale ")), new Int32Array(6).fill(65)]);
  const pairs = await loadTokenizer(await trainTokenizer(["whale whale"], { vocabularySize: 259 }));
  const split = splitCorpus({ texts: [text("whale ", 100)] }, {
    tokenizer: pairs,
    validationFraction: 0.1,
    sequenceLength: 8,
  });
  const all = [...split.train.read(0, split.train.length), ...split.validation.read(0, split.validation.length)];
  assertEquals(all, [...pairs.encode("whale ".repeat(100))]);
});
