import { shown } from "@beyond24/disk/json";
import * as v from "valibot";
import { ApiError } from "./api_error.ts";

/** A text, or tokens, to be continued. */
export type Prompt = string | readonly number[];

/** What a client asks `/v1/completions` for. */
export interface CompletionRequest {
  /** Name of the model. */
  readonly model: string;
  /** Each is continued. */
  readonly prompts: readonly Prompt[];
  /** Most tokens that are drawn. */
  readonly maxTokens: number;
  /** Continuations of each prompt. */
  readonly n: number;
  /** Divides the scores; 0 always takes the likeliest token. */
  readonly temperature: number;
  /** Part of the probability that is drawn from. */
  readonly topP: number;
  /** Likeliest tokens that are drawn from; 0 is all. */
  readonly topK: number;
  /** What makes the draws repeatable. */
  readonly seed: number | undefined;
  /** Texts in front of which a continuation ends. */
  readonly stops: readonly string[];
  /** How many of the likeliest tokens are told with the log-probability of each. */
  readonly logprobs: number | undefined;
  /** Whether the prompt comes first. */
  readonly echo: boolean;
  /** Whether parts are sent as they come. */
  readonly stream: boolean;
  /** Whether a stream ends with the numbers of tokens. */
  readonly includeUsage: boolean;
}

/** A number from `least` to `most`, or nothing. */
function amount(least: number, most: number) {
  return v.nullish(v.pipe(v.number(), v.minValue(least), v.maxValue(most)));
}

/** The same of a whole number. */
function count(least: number, most: number) {
  return v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most)));
}

/** An array that holds something. */
function filled<Item>(schema: v.GenericSchema<Item[]>) {
  return v.pipe(schema, v.minLength(1));
}

const tokens = v.array(v.pipe(v.number(), v.safeInteger()));
const texts = v.array(v.string());
const flag = v.nullish(v.boolean());

/** The fields of OpenAI's API, and `top_k`. What is not done is only let through where it would do nothing. */
const schema = v.strictObject({
  model: v.string(),
  prompt: v.nullish(
    v.union(
      [v.string(), filled(texts), filled(tokens), filled(v.array(tokens))],
      "a text, texts, tokens or lists of tokens",
    ),
  ),
  max_tokens: count(0, 1_000_000_000),
  temperature: amount(0, 2),
  top_p: amount(0, 1),
  top_k: count(0, 1_000_000_000),
  n: count(1, 1_000_000),
  stream: flag,
  stream_options: v.nullish(v.object({ include_usage: flag })),
  logprobs: count(0, 5),
  echo: flag,
  stop: v.nullish(v.union([v.string(), v.pipe(texts, v.maxLength(4))], "a text, or at most four")),
  seed: v.nullish(v.pipe(v.number(), v.safeInteger())),
  user: v.nullish(v.string()),
  best_of: v.nullish(v.literal(1)),
  frequency_penalty: v.nullish(v.literal(0)),
  presence_penalty: v.nullish(v.literal(0)),
  logit_bias: v.nullish(v.strictObject({})),
  suffix: v.nullish(v.literal("")),
});

/**
 * Reads the body of a request.
 *
 * @param body Any value of JSON
 * @returns What is asked for, with the defaults of OpenAI's API
 * @throws {ApiError} If a field is missing, unknown, or has a value that there is not; it is named
 */
export function parseCompletionRequest(body: unknown): CompletionRequest {
  // A list would lack every field.
  if (Array.isArray(body)) {
    throw new ApiError("Cannot complete a text as the body must be an object: current value is a list");
  }
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (!result.success) throw refusal(result.issues[0]);
  const { output } = result;
  const { stop } = output;
  return {
    model: output.model,
    prompts: promptsOf(output.prompt ?? ""),
    maxTokens: output.max_tokens ?? 16,
    n: output.n ?? 1,
    temperature: output.temperature ?? 1,
    // A nucleus of nothing is the likeliest token.
    topP: Math.max(output.top_p ?? 1, 1e-9),
    topK: output.top_k ?? 0,
    seed: output.seed ?? undefined,
    stops: typeof stop === "string" ? [stop] : stop ?? [],
    logprobs: output.logprobs ?? undefined,
    echo: output.echo ?? false,
    stream: output.stream ?? false,
    includeUsage: output.stream_options?.include_usage ?? false,
  };
}

/** One prompt, or several of a kind. */
function promptsOf(prompt: string | readonly (string | number | readonly number[])[]): Prompt[] {
  if (typeof prompt === "string") return [prompt];
  const parts: Prompt[] = [];
  const numbers: number[] = [];
  for (const part of prompt) {
    if (typeof part === "number") numbers.push(part);
    else parts.push(part);
  }
  return numbers.length > 0 ? [numbers] : parts;
}

function refusal(issue: v.BaseIssue<unknown>): ApiError {
  const param = v.getDotPath(issue);
  if (issue.expected === "never" && param !== null) {
    return new ApiError(`Cannot complete a text as there is no field ${shown(param)}: leave it out`, { param });
  }
  const subject = param === null ? "the body" : param;
  if (issue.received === "undefined" && param !== null) {
    return new ApiError(`Cannot complete a text as ${subject} is missing`, { param });
  }
  return new ApiError(
    `Cannot complete a text as ${subject} must be ${expectation(issue)}: current value is ${shown(issue.received)}`,
    { param },
  );
}

function expectation({ expected, type, message }: v.BaseIssue<unknown>): string {
  if (type === "union") return message;
  if (type === "strict_object") return "an object";
  if (type === "safe_integer") return "a whole number";
  return String(expected ?? "another").replace(/^([<>]=)(\S)/, "$1 $2");
}
