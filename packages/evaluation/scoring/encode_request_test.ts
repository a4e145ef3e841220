import { assertEquals, assertThrows } from "@std/assert";
import { ByteTokenizer, loadTokenizer, trainTokenizer } from "@beyond24/tokenizer";
import { EvaluationError } from "../evaluation_error.ts";
import fc from "fast-check";
import { encodeRequest, encodeRequests } from "./encode_request.ts";

const bytes = new ByteTokenizer();
const bare = await loadTokenizer(await trainTokenizer(["the inn"], { vocabularySize: 257, special: [] }));
const special = ["<|begin|>", "<|end|>"];
const file = await trainTokenizer(["in the middle of the middle of the inn"], { vocabularySize: 270, special });
const tokenizer = await loadTokenizer(file, { bos: "<|begin|>", eos: "<|end|>" });

const textOf = (tokens: Int32Array) => tokenizer.decode(tokens);

Deno.test("encodeRequest: the continuation begins behind the tokens of the context, its space included", () => {
  const { input, targets } = encodeRequest(tokenizer, { context: "in the", continuation: " middle" }, 64);
  assertEquals([textOf(targets), textOf(input.subarray(0, input.length - targets.length + 1))], [" middle", "in the"]);
});

Deno.test("encodeRequest: spaces at the end of the context go to the continuation", () => {
  const moved = encodeRequest(tokenizer, { context: "in the ", continuation: "middle" }, 64);
  assertEquals(moved, encodeRequest(tokenizer, { context: "in the", continuation: " middle" }, 64));
});

Deno.test("encodeRequest: where a token spans the border, the continuation is what the context's count leaves", () => {
  // "in" and "inn" have as many tokens or one more: the whole is cut by count, not by text.
  const [context, whole] = [tokenizer.encode("i"), tokenizer.encode("inn")];
  const { targets } = encodeRequest(tokenizer, { context: "i", continuation: "nn" }, 64);
  assertEquals([...targets], [...whole.subarray(context.length)]);
});

Deno.test("encodeRequest: an empty context becomes the token that begins a text", () => {
  const { input, targets } = encodeRequest(tokenizer, { context: "", continuation: "the" }, 64);
  assertEquals([input[0], textOf(targets)], [tokenizer.bos, "the"]);
  assertThrows(
    () => encodeRequest(bare, { context: "", continuation: "the" }, 64),
    EvaluationError,
    'Cannot score continuation "the" as nothing stands before it',
  );
});

Deno.test("encodeRequest cuts contexts that are too long on the left, and counts", () => {
  const { input, targets, cut } = encodeRequest(bytes, { context: "0123456789", continuation: "ab" }, 8);
  // The model reads eight tokens; the last one of the continuation is only predicted.
  assertEquals([bytes.decode(input), bytes.decode(targets), cut], ["3456789a", "ab", 3]);
  assertEquals(encodeRequest(bytes, { context: "0123456", continuation: "ab" }, 8).cut, 0);
});

Deno.test("encodeRequest refuses continuations without tokens, and longer than the model", () => {
  const ask = (continuation: string) => () => encodeRequest(bytes, { context: "a", continuation }, 8);
  assertThrows(ask(""), EvaluationError, "must have 1 to 8 tokens, the model's length: current value is 0");
  assertThrows(ask("123456789"), EvaluationError, "current value is 9");
  assertEquals(ask("12345678")().targets.length, 8);
});

Deno.test("encodeRequests gives the tokens of each whole, also where it encodes a shared context once", () => {
  const part = fc.array(
    fc.constantFrom(" ", "\n", "in", "the", "inn", "é", "𝔘", ".", ":", "7", "<|begin|>", "<|end|>", "'s", "\u00a0"),
    { minLength: 1, maxLength: 12 },
  ).map((words) => words.join(""));
  fc.assert(
    fc.property(part, fc.array(part, { minLength: 1, maxLength: 3 }), (context, continuations) => {
      const trimmed = context.trimEnd();
      fc.pre(trimmed !== "");
      const requests = continuations.map((continuation) => ({ context, continuation }));
      const encoded = continuations.map((continuation) => {
        const whole = tokenizer.encode(context + continuation, { special: true });
        const before = tokenizer.encode(trimmed, { special: true }).length;
        return whole.length > before ? { whole: [...whole], behind: [...whole.subarray(before)] } : undefined;
      });
      // What leaves nothing to ask is refused, and tested above.
      fc.pre(encoded.every((one) => one !== undefined));
      const found = encodeRequests(tokenizer, requests, 64).map(({ input, targets }) => ({
        whole: [...input, targets.at(-1)],
        behind: [...targets],
      }));
      assertEquals(found, encoded);
    }),
    { numRuns: 500 },
  );
});
