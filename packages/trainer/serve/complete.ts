import { type GeneratedToken, seededRandom } from "@beyond24/generation";
import { hash32 } from "@beyond24/sparse24";
import type { Tokenizer } from "@beyond24/tokenizer";
import { ApiError } from "./api_error.ts";
import { ChoiceText, type ShownPart, tellToken, type ToldToken } from "./choice_text.ts";
import type { CompletionRequest, Prompt } from "./completion_request.ts";
import type { ServedModel } from "./served_model.ts";

/** One continuation of one prompt. */
export interface Choice {
  /** Its place among all of a request. */
  readonly index: number;
  /** Text of the prompt. */
  readonly prompt: string;
  /** Tokens of the prompt, with those that the tokenizer puts before every text. */
  readonly tokens: readonly number[];
  /** How many of these are the tokenizer's. */
  readonly prefix: number;
}

/** A part of a choice. */
export interface ChoicePart {
  /** The choice. */
  readonly index: number;
  /** What is new of its text. */
  readonly text: string;
  /** The tokens of this text. */
  readonly tokens: readonly ToldToken[];
  /** Why it ended, in its last part. */
  readonly finish: "stop" | "length" | null;
  /** Tokens that were drawn since the last part. */
  readonly drawn: number;
}

/**
 * The choices that a request asks for.
 *
 * @throws {ApiError} If there are more than may wait, or a prompt and its continuation are longer than the model's
 * context, or hold an unknown token
 */
export function choicesOf(served: ServedModel, request: CompletionRequest): Choice[] {
  const { prompts, n } = request;
  const count = prompts.length * n;
  if (count > served.queue) {
    throw new ApiError(
      `Cannot complete a text as a request may ask for ${served.queue} continuations: current value is ${count}`,
      { param: "n" },
    );
  }
  return prompts.flatMap((prompt, place) => {
    const encoded = encodePrompt(served, prompt);
    checkLength(encoded.tokens.length, request, served);
    return Array.from({ length: n }, (_, index) => ({ index: place * n + index, ...encoded }));
  });
}

function checkLength(length: number, { maxTokens }: CompletionRequest, { contextLength }: ServedModel): void {
  const whole = length + maxTokens;
  if (whole <= contextLength) return;
  throw new ApiError(
    `This model's maximum context length is ${contextLength} tokens, however you requested ${whole} tokens ` +
      `(${length} in your prompt; ${maxTokens} for the completion). Please reduce your prompt; or completion length.`,
    { code: "context_length_exceeded" },
  );
}

function encodePrompt({ tokenizer, tokens: known }: ServedModel, prompt: Prompt): Omit<Choice, "index"> {
  const { prefix, bos, eos } = tokenizer;
  const isText = typeof prompt === "string";
  // The beginning of a text is what stands between two.
  const [beginning] = [...prefix, bos, eos].filter((token) => token !== undefined);
  const tokens = isText ? [...prefix, ...tokenizer.encode(prompt)] : prompt;
  const all = isText && tokens.length === 0 && beginning !== undefined ? [beginning] : tokens;
  const unknown = all.find((token) => token < 0 || token >= known);
  if (unknown === undefined && all.length > 0) {
    const own = isText ? all.length - tokens.length + prefix.length : 0;
    return { prompt: isText ? prompt : tokenizer.decode(prompt), tokens: all, prefix: own };
  }
  throw new ApiError(
    `Cannot continue tokens as they must be from 0 to ${known - 1}, and at least one: current value is ${
      unknown ?? "none"
    }`,
    { param: "prompt" },
  );
}

/**
 * Continues a choice, part by part. The last part tells why it ended.
 *
 * @param served The model
 * @param request How tokens are drawn, and what is told of them
 * @param choice What is continued
 * @param signal Ends it
 */
export async function* completeChoice(
  { tokenizer, decoder }: ServedModel,
  request: CompletionRequest,
  { index, prompt, tokens, prefix }: Choice,
  signal: AbortSignal,
): AsyncGenerator<ChoicePart> {
  const { maxTokens: count, temperature, topP, topK, seed, stops, logprobs, echo } = request;
  const random = seededRandom(seed === undefined ? randomSeed() : hash32([seed, index]));
  const sampling = { count, temperature, topP, topK, random, end: tokenizer.eos };
  const isScored = logprobs !== undefined;
  const generated = decoder.generate(tokens, {
    ...{ ...sampling, signal, echo: echo && isScored },
    ...(isScored ? { logProbabilities: logprobs } : {}),
  });
  const text = new ChoiceText(tokenizer, stops, echo ? prompt.length : 0);
  const part = ({ text, tokens }: Omit<ShownPart, "isStopped">, finish: ChoicePart["finish"], drawn: number) => ({
    ...{ index, text, finish, drawn },
    tokens: isScored ? tokens : [],
  });
  let echoed = echo && isScored ? tokens.length : 0;
  const prompted: GeneratedToken[] = [];
  if (echo && !isScored) yield part({ text: prompt, tokens: [] }, null, 0);
  let drawn = 0;
  for await (const next of generated) {
    if (echoed > 0) {
      prompted.push(next);
      if (--echoed === 0) yield part({ text: prompt, tokens: tellPrompt(tokenizer, prompted.slice(prefix)) }, null, 0);
      continue;
    }
    drawn++;
    if (next.token === tokenizer.eos) return yield part(text.end(), "stop", 1);
    const shown = text.push(next);
    if (shown.isStopped) return yield part(shown, "stop", 1);
    yield part(shown, null, 1);
  }
  const rest = text.end();
  yield part(rest, rest.isStopped ? "stop" : "length", 0);
}

/** The tokens of a prompt, each at its place in the text. */
function tellPrompt(tokenizer: Tokenizer, prompted: readonly GeneratedToken[]): ToldToken[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let offset = 0;
  return prompted.map((generated) => {
    const told = tellToken(tokenizer, generated, offset);
    offset += decoder.decode(tokenizer.tokenBytes(generated.token), { stream: true }).length;
    return told;
  });
}

function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
