import type { Corpus } from "./corpus.ts";
import { DataError } from "./data_error.ts";
import { memoryTokens, type TokenArray } from "./tokens/memory_tokens.ts";
import { tokenTypeOf } from "./tokens/token_index.ts";
import type { TokenSource } from "./tokens/token_source.ts";
import { ByteTokenizer, type Tokenizer } from "@beyond24/tokenizer";

/** A corpus as tokens, split in what is trained on and what is held out. */
export interface TokenSplit {
  /** Tokens to train on. */
  readonly train: TokenSource;
  /** Held-out tokens. */
  readonly validation: TokenSource;
}

/** Options of {@linkcode splitCorpus}. */
export interface SplitCorpusOptions {
  /** Tokenizer of the texts. Default: every byte is a token, and the texts themselves are the tokens. */
  readonly tokenizer?: Tokenizer;
  /** Part of every text that is held out, in (0, 1). */
  readonly validationFraction: number;
  /** Tokens in a sequence; both parts must hold one and a token to predict after it. */
  readonly sequenceLength: number;
}

/**
 * Turns a corpus into tokens and holds the end of every text out.
 *
 * Of a text of n tokens the last `floor(n * validationFraction)` go to validation: contiguous blocks, so that no
 * held-out sequence overlaps a training sequence, and of every text, so that both parts are of one kind.
 *
 * @param corpus The texts
 * @param options Tokenizer, part to hold out, length of a sequence
 * @returns Tokens of both parts, each part in the order of the texts
 * @throws {RangeError} If `validationFraction` is not in (0, 1)
 * @throws {DataError} If a part is shorter than one sequence and the token after it
 *
 * @example Hold the last tenth out
 * ```ts
 * import { splitCorpus } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * const corpus = { texts: [{ path: "a", bytes: new TextEncoder().encode("a".repeat(90) + "b".repeat(10)) }] };
 * const { train, validation } = splitCorpus(corpus, { validationFraction: 0.1, sequenceLength: 8 });
 * assertEquals(train.length, 90);
 * assertEquals(validation.read(0, 10), new Int32Array(10).fill(98));
 * ```
 */
export function splitCorpus(corpus: Corpus, options: SplitCorpusOptions): TokenSplit {
  const { tokenizer, validationFraction, sequenceLength } = options;
  if (!(validationFraction > 0 && validationFraction < 1)) {
    throw new RangeError(
      `Cannot split corpus as validationFraction must lie between 0 and 1: current value is ${validationFraction}`,
    );
  }
  const tokens = corpus.texts.map(({ bytes }) =>
    tokenizer === undefined || tokenizer instanceof ByteTokenizer ? bytes : encode(bytes, tokenizer)
  );
  const boundary = (part: TokenArray) => part.length - Math.floor(part.length * validationFraction);
  const train = memoryTokens(tokens.map((part) => part.subarray(0, boundary(part))));
  const validation = memoryTokens(tokens.map((part) => part.subarray(boundary(part))));
  const names = corpus.texts.length === 1 ? corpus.texts[0]?.path ?? "" : `the ${corpus.texts.length} texts`;
  checkLength(train, "training", names, sequenceLength);
  checkLength(validation, "validation", names, sequenceLength);
  return { train, validation };
}

function encode(bytes: Uint8Array, tokenizer: Tokenizer): TokenArray {
  const tokens = tokenizer.encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  return tokenTypeOf(tokenizer) === "uint16" ? Uint16Array.from(tokens) : tokens;
}

function checkLength(part: TokenSource, kind: string, names: string, sequenceLength: number): void {
  if (part.length > sequenceLength) return;
  throw new DataError(
    `Cannot train on ${names} as the ${kind} part must hold a sequence and one token more, ` +
      `${sequenceLength + 1} tokens: current value is ${part.length}. Use more data or shorter sequences`,
  );
}
