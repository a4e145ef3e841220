import { ByteTokenizer } from "@beyond24/tokenizer";
import { assertEquals } from "@std/assert";
import { ChoiceText } from "./choice_text.ts";

const tokenizer = new ByteTokenizer();
const thought = { token: 0, logProbability: -1, top: [] };

/** What is shown of a text, byte by byte: texts, and tokens with their offsets. */
function shown(text: string, stops: readonly string[], offset = 0) {
  const choice = new ChoiceText(tokenizer, stops, offset);
  const parts = [];
  for (const token of tokenizer.encode(text)) {
    const part = choice.push({ token, thought });
    parts.push(part);
    if (part.isStopped) return parts;
  }
  return [...parts, choice.end()];
}

const texts = (parts: ReturnType<typeof shown>) => parts.map(({ text }) => text);
const tokens = (parts: ReturnType<typeof shown>) =>
  parts.flatMap(({ tokens }) => tokens.map(({ token, offset }) => `${offset} ${token}`));

Deno.test("ChoiceText shows a character when its last byte has come, and then tells its tokens", () => {
  const parts = shown("né!", []);
  assertEquals(texts(parts), ["n", "", "é", "!", ""]);
  assertEquals(tokens(parts), ["0 n", "1 bytes:\\xc3", "1 bytes:\\xa9", "2 !"]);
  assertEquals(parts.map(({ tokens }) => tokens.length), [1, 0, 2, 1, 0]);
});

Deno.test("ChoiceText tells offsets behind the text of the prompt", () => {
  assertEquals(tokens(shown("ab", [], 7)), ["7 a", "8 b"]);
});

Deno.test("ChoiceText shows nothing of a stop string, and tells no token of it", () => {
  const parts = shown("one\n\ntwo", ["\n\n"]);
  assertEquals(texts(parts), ["o", "n", "e", "", ""]);
  assertEquals(parts.at(-1)?.isStopped, true);
  assertEquals(tokens(parts), ["0 o", "1 n", "2 e"]);
});

Deno.test("ChoiceText shows at the end what might have become a stop string, and half a character", () => {
  assertEquals(texts(shown("a\n", ["\n\n"])), ["a", "", "\n"]);
  assertEquals(tokens(shown("a\n", ["\n\n"])), ["0 a", "1 \n"]);
  const choice = new ChoiceText(tokenizer, ["\ufffd"], 0);
  choice.push({ token: 0xc3, thought });
  assertEquals(choice.end(), { text: "", tokens: [], isStopped: true });
  const other = new ChoiceText(tokenizer, [], 0);
  other.push({ token: 0xc3, thought });
  assertEquals(other.end().text, "\ufffd");
});
