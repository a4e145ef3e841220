import { ByteTokenizer, DataError, splitCorpus } from "@beyond24/data";
import { assertEquals, assertThrows } from "@std/assert";

const tokenizer = new ByteTokenizer();
const text = (path: string, length: number) => ({ path, text: path.repeat(length) });

Deno.test("splitCorpus holds the end of every text out and loses nothing", () => {
  const { train, validation } = splitCorpus({ texts: [text("a", 100), text("b", 9), text("c", 50)] }, {
    tokenizer,
    validationFraction: 0.1,
    sequenceLength: 4,
  });
  assertEquals(tokenizer.decode(train), "a".repeat(90) + "b".repeat(9) + "c".repeat(45));
  assertEquals(tokenizer.decode(validation), "a".repeat(10) + "c".repeat(5));
});

Deno.test("splitCorpus refuses parts shorter than a sequence", () => {
  const split = (length: number, validationFraction: number) => () =>
    splitCorpus({ texts: [text("a", length)] }, { tokenizer, validationFraction, sequenceLength: 8 });
  assertThrows(split(8, 0.5), DataError, "a as the training part must hold a sequence and one token more, 9 tokens");
  assertThrows(split(80, 0.1), DataError, "validation part");
  for (const fraction of [0, 1, -0.5, NaN]) assertThrows(split(80, fraction), RangeError);
});
