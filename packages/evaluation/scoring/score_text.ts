import type { Tokenizer } from "@beyond24/tokenizer";
import type { Transformer } from "@beyond24/transformer";
import { EvaluationError } from "../evaluation_error.ts";
import { cutLeft, type EncodedRequest } from "./encode_request.ts";
import { scoreRequests, type ScoreRequestsOptions } from "./score_requests.ts";

/** How well a model predicts a text. */
export interface TextScore {
  /** Tokens that were predicted. */
  readonly tokens: number;
  /** Bytes of UTF-8 that they stand for. */
  readonly bytes: number;
  /** Words, as whitespace separates them. */
  readonly words: number;
  /** Loss in nats per token. */
  readonly loss: number;
  /** e to the loss. */
  readonly perplexity: number;
  /** Bits per byte: does not depend on the tokenizer. */
  readonly bitsPerByte: number;
  /** Perplexity of a byte. */
  readonly bytePerplexity: number;
  /** Perplexity of a word. */
  readonly wordPerplexity: number;
}

/**
 * Perplexity and bits per byte of a text, as lm-evaluation-harness measures them (`loglikelihood_rolling`): windows of
 * the model's length one after the other, every token predicted once, the first of a window from the one before it, the
 * first of all from the token that begins (else ends) a text. A tokenizer with neither predicts all but the first.
 *
 * @param model The model
 * @param tokenizer Its tokenizer
 * @param text The text
 * @param options Mode, size of a pass, progress
 * @returns Scores; undefined when it was ended by the signal
 * @throws {EvaluationError} If there is nothing to predict
 *
 * @example An untrained model of bytes knows nothing: 8 bits a byte
 * ```ts
 * import { scoreText } from "@beyond24/evaluation";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { createTransformer } from "@beyond24/transformer";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: { ...modelPresets.tiny, layers: 1 } }, 1);
 * const score = await scoreText(model, new ByteTokenizer(), "Call me Ishmael.");
 * assertEquals(score?.tokens, 16);
 * assertAlmostEquals(score?.bitsPerByte ?? 0, 8, 0.5);
 * ```
 */
export async function scoreText(
  model: Transformer,
  tokenizer: Tokenizer,
  text: string,
  options: ScoreRequestsOptions = {},
): Promise<TextScore | undefined> {
  const { windows, bytes } = textWindows(tokenizer, text, model.config.shape.sequenceLength);
  const scored = await scoreRequests(model, windows.map((window) => [window]), options);
  if (scored === undefined) return undefined;
  const tokens = windows.reduce((count, { targets }) => count + targets.length, 0);
  const nats = -scored.flat().reduce((sum, { logLikelihood }) => sum + logLikelihood, 0);
  const words = text.split(/\s+/).length;
  return {
    tokens,
    bytes,
    words,
    loss: nats / tokens,
    perplexity: Math.exp(nats / tokens),
    bitsPerByte: nats / bytes / Math.LN2,
    bytePerplexity: Math.exp(nats / bytes),
    wordPerplexity: Math.exp(nats / words),
  };
}

function textWindows(
  tokenizer: Tokenizer,
  text: string,
  longest: number,
): { readonly windows: EncodedRequest[]; readonly bytes: number } {
  const first = tokenizer.bos ?? tokenizer.eos;
  const before = [...(first === undefined ? [] : [first]), ...tokenizer.prefix];
  const own = tokenizer.encode(text, { special: true });
  const tokens = new Int32Array(before.length + own.length);
  tokens.set(before);
  tokens.set(own, before.length);
  if (tokens.length < 2) {
    throw new EvaluationError(
      `Cannot score a text as there must be a token to predict: current value is ${JSON.stringify(text)}`,
    );
  }
  const windows: EncodedRequest[] = [];
  for (let start = 1; start < tokens.length; start += longest) {
    const end = Math.min(tokens.length, start + longest);
    // A window that is not full looks back as far as it can.
    const from = Math.max(0, end - longest - 1);
    windows.push(cutLeft(tokens.slice(from, end), end - start, longest));
  }
  const all = new TextEncoder().encode(text).length;
  return { windows, bytes: first === undefined ? all - tokenizer.tokenBytes(tokens[0] ?? 0).length : all };
}
