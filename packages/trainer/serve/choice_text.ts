import { type GeneratedToken, type LikelyToken, StopSearch } from "@beyond24/generation";
import type { Tokenizer } from "@beyond24/tokenizer";

/** A token as the API tells of it. */
export interface ToldToken {
  /** Its text; its bytes, as in `bytes:\xe2\x80`, where these are only a part of a character. */
  readonly token: string;
  /** ln p; null of the first token of a prompt. */
  readonly logprob: number | null;
  /** The likeliest tokens in its place, with ln p; null of the first token of a prompt. */
  readonly top: Readonly<Record<string, number>> | null;
  /** Characters of the choice's text in front of it. */
  readonly offset: number;
}

/** What is new of a choice. */
export interface ShownPart {
  /** Text that is certain. */
  readonly text: string;
  /** The tokens that it is made of. */
  readonly tokens: readonly ToldToken[];
  /** Whether a stop string has come: there is no more. */
  readonly isStopped: boolean;
}

/** Text of a token, or its bytes. */
export function tokenText(tokenizer: Tokenizer, token: number): string {
  const bytes = tokenizer.tokenBytes(token);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `bytes:${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
  }
}

/**
 * The text of a choice as its tokens come: characters that tokens cut in two are shown when they are whole, and nothing
 * of a stop string ever is. A token is told when some of the text behind its beginning is shown.
 */
export class ChoiceText {
  readonly #tokenizer: Tokenizer;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #search: StopSearch;
  #decoded: number;
  #shown: number;
  #waiting: ToldToken[] = [];

  /**
   * The text in front of which nothing was drawn yet.
   *
   * @param tokenizer Of the model
   * @param stops Strings in front of which it ends
   * @param offset Characters that are shown already: those of the prompt
   */
  constructor(tokenizer: Tokenizer, stops: readonly string[], offset: number) {
    this.#tokenizer = tokenizer;
    this.#search = new StopSearch(stops);
    this.#decoded = this.#shown = offset;
  }

  /** Takes the next token. */
  push(generated: GeneratedToken): ShownPart {
    const text = this.#decoder.decode(this.#tokenizer.tokenBytes(generated.token), { stream: true });
    this.#waiting.push(tellToken(this.#tokenizer, generated, this.#decoded));
    this.#decoded += text.length;
    return this.#show(this.#search.push(text));
  }

  /** What was held back, at the end of a choice without a stop string. */
  end(): ShownPart {
    const { text, isStopped } = this.#search.push(this.#decoder.decode());
    const rest = isStopped ? text : text + this.#search.end();
    const { tokens } = this.#show({ text: rest, isStopped });
    return { text: rest, tokens: isStopped ? tokens : [...tokens, ...this.#waiting.splice(0)], isStopped };
  }

  #show({ text, isStopped }: { readonly text: string; readonly isStopped: boolean }): ShownPart {
    this.#shown += text.length;
    const count = this.#waiting.findIndex(({ offset }) => offset >= this.#shown);
    return { text, tokens: this.#waiting.splice(0, count < 0 ? this.#waiting.length : count), isStopped };
  }
}

/** A token with what the model thought of it. */
export function tellToken(tokenizer: Tokenizer, { token, thought }: GeneratedToken, offset: number): ToldToken {
  const likely = ({ token, logProbability }: LikelyToken) => [tokenText(tokenizer, token), logProbability] as const;
  return {
    token: tokenText(tokenizer, token),
    logprob: thought?.logProbability ?? null,
    top: thought === undefined ? null : Object.fromEntries(thought.top.map(likely)),
    offset,
  };
}
