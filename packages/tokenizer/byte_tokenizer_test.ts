import { ByteTokenizer } from "@beyond24/tokenizer";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";

Deno.test("ByteTokenizer decodes what it encoded", () => {
  const tokenizer = new ByteTokenizer();
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const tokens = tokenizer.encode(text);
    assertEquals(tokenizer.decode(tokens), text.toWellFormed());
    assertEquals(tokens.every((token) => token >= 0 && token < tokenizer.vocabularySize), true);
  }));
});

Deno.test("ByteTokenizer keeps a byte order mark and marks broken characters", () => {
  const tokenizer = new ByteTokenizer();
  assertEquals(tokenizer.decode(tokenizer.encode("\uFEFFa")), "\uFEFFa");
  assertEquals(tokenizer.decode([0x61, 0xc3]), "a\uFFFD");
});

Deno.test("ByteTokenizer refuses tokens outside its vocabulary", () => {
  for (const token of [-1, 256, 1.5, NaN]) assertThrows(() => new ByteTokenizer().decode([token]), RangeError);
});
