import type { Tokenizer } from "@beyond24/tokenizer";
import { EvaluationError } from "../evaluation_error.ts";
import { pythonTrimEnd } from "../tasks/_python_text.ts";
import type { TaskRequest } from "../task_requests.ts";

/** A request as a model reads it. */
export interface EncodedRequest {
  /** What the model reads: context and continuation without the last token. */
  readonly input: Int32Array;
  /** The tokens of the continuation; the last is that behind the input. */
  readonly targets: Int32Array;
  /** Tokens that the model does not see, cut from the left. */
  readonly cut: number;
}

/**
 * The tokens of a request, as lm-evaluation-harness encodes a pair: spaces at the end of the context go to the
 * continuation, both are encoded together, and the continuation begins behind as many tokens as the context has alone.
 * In front stands what the tokenizer puts before every text; an empty context becomes the token that begins (else ends)
 * a text.
 *
 * @param tokenizer The model's tokenizer
 * @param request Context and continuation
 * @param longest Most tokens that the model reads
 * @returns Tokens, cut from the left where they are more
 * @throws {EvaluationError} If the continuation has no token, more than the model reads, or nothing stands before it
 *
 * @example The space belongs to the continuation
 * ```ts
 * import { encodeRequest } from "@beyond24/evaluation";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const { input, targets } = encodeRequest(new ByteTokenizer(), { context: "a ", continuation: "b" }, 16);
 * assertEquals([[...input], [...targets]], [[0x61, 0x20], [0x20, 0x62]]);
 * ```
 */
export function encodeRequest(tokenizer: Tokenizer, request: TaskRequest, longest: number): EncodedRequest {
  const [encoded] = encodeRequests(tokenizer, [request], longest);
  if (encoded === undefined) throw new TypeError("unreachable");
  return encoded;
}

/**
 * {@linkcode encodeRequest} of several requests, those of a document: what their contexts begin with alike is encoded
 * once, where the tokenizer allows to cut a text.
 *
 * @param tokenizer The model's tokenizer
 * @param requests Contexts and continuations
 * @param longest Most tokens that the model reads
 * @returns Tokens of each
 * @throws {EvaluationError} As `encodeRequest`
 *
 * @example Two choices
 * ```ts
 * import { encodeRequests } from "@beyond24/evaluation";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const requests = ["b", "c"].map((continuation) => ({ context: "a", continuation }));
 * const encoded = encodeRequests(new ByteTokenizer(), requests, 16);
 * assertEquals(encoded.map(({ targets }) => [...targets]), [[0x62], [0x63]]);
 * ```
 */
export function encodeRequests(
  tokenizer: Tokenizer,
  requests: readonly TaskRequest[],
  longest: number,
): EncodedRequest[] {
  const contexts = new Map<string, EncodedContext>();
  return requests.map((request) => {
    const context = pythonTrimEnd(request.context);
    const continuation = request.context.slice(context.length) + request.continuation;
    if (context === "") return checked(continuation, beginning(tokenizer, continuation), longest);
    // With the character behind it, which says whether the context may be cut at its end.
    const key = context + continuation.slice(0, 1);
    const encoded = contexts.get(key) ?? encodeContext(tokenizer, context, key);
    contexts.set(key, encoded);
    const { head, rest, restTokens } = encoded;
    if (head.length === 0) {
      const tokens = encode(tokenizer, context + continuation);
      return checked(continuation, { tokens, before: Math.min(restTokens, tokens.length) }, longest);
    }
    const tail = tokenizer.encode(rest + continuation, { special: true });
    const before = head.length + Math.min(restTokens, tail.length);
    return checked(continuation, { tokens: joined(head, tail), before }, longest);
  });
}

/** A context in two parts, of which the first does not depend on what follows. */
interface EncodedContext {
  /** Tokens of the first part; none where the tokenizer cannot cut the context. */
  readonly head: Int32Array;
  /** Text of the second part. */
  readonly rest: string;
  /** How many tokens it has alone. */
  readonly restTokens: number;
}

/** Encodes a context, of which `followed` is the text with the character behind it. */
function encodeContext(tokenizer: Tokenizer, context: string, followed: string): EncodedContext {
  const cut = tokenizer.isCuttable ? lastCut(followed) : 0;
  if (cut === 0) return { head: new Int32Array(), rest: context, restTokens: encode(tokenizer, context).length };
  const rest = context.slice(cut);
  const restTokens = tokenizer.encode(rest, { special: true }).length;
  return { head: encode(tokenizer, context.slice(0, cut)), rest, restTokens };
}

/**
 * The last place at which a text may be cut for a cuttable tokenizer: behind a letter and before a space or line feed.
 * 0 if there is none.
 */
function lastCut(text: string): number {
  for (let cut = text.length - 1; cut > 0; cut--) {
    const next = text[cut];
    if ((next === " " || next === "\n") && /\p{L}$/u.test(text.slice(Math.max(0, cut - 2), cut))) return cut;
  }
  return 0;
}

function joined(head: Int32Array, tail: Int32Array): Int32Array {
  const tokens = new Int32Array(head.length + tail.length);
  tokens.set(head);
  tokens.set(tail, head.length);
  return tokens;
}

/** Tokens of context and continuation, and how many of them are the context's. */
interface Pair {
  readonly tokens: Int32Array;
  readonly before: number;
}

function checked(continuation: string, { tokens, before }: Pair, longest: number): EncodedRequest {
  const asked = tokens.length - before;
  if (asked === 0 || asked > longest) {
    throw new EvaluationError(
      `Cannot score continuation ${nameOf(continuation)} as it must have 1 to ${longest} tokens, the model's length: ` +
        `current value is ${asked}`,
    );
  }
  if (before === 0) {
    throw new EvaluationError(
      `Cannot score continuation ${
        nameOf(continuation)
      } as nothing stands before it and the tokenizer has no token that begins or ` +
        "ends a text",
    );
  }
  return cutLeft(tokens, asked, longest);
}

function nameOf(continuation: string): string {
  return JSON.stringify(continuation.length > 60 ? `${continuation.slice(0, 60)}…` : continuation);
}

/** Tokens up to the last as input, and the last `asked` of all as targets. */
export function cutLeft(tokens: Int32Array, asked: number, longest: number): EncodedRequest {
  const cut = Math.max(0, tokens.length - longest - 1);
  return { input: tokens.subarray(cut, -1), targets: tokens.subarray(tokens.length - asked), cut };
}

/** The harness takes the first token of the continuation for the context where it is the one that begins a text. */
function beginning(tokenizer: Tokenizer, continuation: string): Pair {
  const tokens = tokenizer.encode(continuation, { special: true });
  const first = tokenizer.bos ?? tokenizer.eos;
  if (first === undefined) return { tokens, before: 0 };
  return { tokens: tokens[0] === first ? tokens : Int32Array.of(first, ...tokens), before: 1 };
}

/** The tokens of a text with what stands before every text, unless the text begins with it by itself. */
function encode(tokenizer: Tokenizer, text: string): Int32Array {
  const tokens = tokenizer.encode(text, { special: true });
  const first = tokenizer.bos ?? tokenizer.eos;
  const begins = first !== undefined && tokens[0] === first;
  return begins || tokenizer.prefix.length === 0 ? tokens : Int32Array.of(...tokenizer.prefix, ...tokens);
}
