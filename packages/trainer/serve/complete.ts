import { type GeneratedToken, type GenerateOptions, seededRandom } from "@beyond24/generation";
import { hash32 } from "@beyond24/sparse24";
import type { Tokenizer } from "@beyond24/tokenizer";
import { ApiError } from "./api_error.ts";
import { ChoiceText, tellToken, type ToldToken } from "./choice_text.ts";
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
  served: ServedModel,
  request: CompletionRequest,
  choice: Choice,
  signal: AbortSignal,
): AsyncGenerator<ChoicePart> {
  const isScored = request.logprobs !== undefined;
  for await (const { text, tokens, finish, drawn } of partsOf(served, request, choice, signal)) {
    yield { index: choice.index, text, tokens: isScored ? tokens : [], finish, drawn };
  }
}

async function* partsOf(
  { tokenizer, decoder }: ServedModel,
  request: CompletionRequest,
  { index, prompt, tokens, prefix }: Choice,
  signal: AbortSignal,
): AsyncGenerator<Omit<ChoicePart, "index">> {
  const { echo, logprobs, stops } = request;
  const options = generateOptions(request, index, tokenizer.eos);
  const text = new ChoiceText(tokenizer, stops, echo ? prompt.length : 0);
  // Of a prompt that is not scored, only the text is told.
  if (echo && logprobs === undefined) yield { text: prompt, tokens: [], finish: null, drawn: 0 };
  const prompted: GeneratedToken[] = [];
  for await (const next of decoder.generate(tokens, { ...options, signal })) {
    if (options.echo && prompted.length < tokens.length) {
      if (prompted.push(next) < tokens.length) continue;
      yield { text: prompt, tokens: tellPrompt(tokenizer, prompted.slice(prefix)), finish: null, drawn: 0 };
      continue;
    }
    const isEnd = next.token === tokenizer.eos;
    const shown = isEnd ? text.end() : text.push(next);
    const isStopped = isEnd || shown.isStopped;
    yield { ...shown, finish: isStopped ? "stop" : null, drawn: 1 };
    if (isStopped) return;
  }
  const rest = text.end();
  yield { ...rest, finish: rest.isStopped ? "stop" : "length", drawn: 0 };
}

function generateOptions(
  { maxTokens, temperature, topP, topK, seed, logprobs, echo }: CompletionRequest,
  index: number,
  end: number | undefined,
): GenerateOptions {
  const random = seededRandom(seed === undefined ? randomSeed() : hash32([seed, index]));
  const sampling = { count: maxTokens, end, temperature, topP, topK, random };
  return { ...sampling, logProbabilities: logprobs, echo: echo && logprobs !== undefined };
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
