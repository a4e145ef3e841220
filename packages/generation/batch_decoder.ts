import type { PhaseName } from "@beyond24/recipe";
import type { Transformer } from "@beyond24/transformer";
import { breathe } from "./_breathe.ts";
import { CachedModel } from "./_cached_model.ts";
import { Channel } from "./_channel.ts";
import { logProbabilityOf, type TokenLogProbability } from "./log_probabilities.ts";
import { sampleToken, type SampleTokenOptions } from "./sample_token.ts";
import { ScoreError } from "./score_error.ts";

/** How a {@linkcode BatchDecoder} runs. */
export interface BatchDecoderOptions {
  /** How the feed-forward networks are computed. */
  readonly mode: PhaseName;
  /** Sequences that go on together, a token of each a step. Default 1. */
  readonly sequences?: number;
  /**
   * Under which the device records a step and replays it (`Device.replay`): one for every decoder in the life of a
   * device. Default: nothing is recorded.
   */
  readonly key?: string | undefined;
}

/** What {@linkcode BatchDecoder.generate} gives. */
export interface GenerateOptions extends SampleTokenOptions {
  /** Most tokens to draw. */
  readonly count: number;
  /** Token behind which nothing is drawn; it is given as well. Default: none. */
  readonly end?: number | undefined;
  /**
   * Gives what the model thought of each token, and so many of the likeliest ones with it. Default: it is not computed.
   */
  readonly logProbabilities?: number | undefined;
  /** Whether the tokens of the prompt are given first. Default false. */
  readonly echo?: boolean;
  /** Ends the sequence when it is aborted, also one that waits; what was drawn until then is given. */
  readonly signal?: AbortSignal;
}

/** A token, of the prompt or drawn. */
export interface GeneratedToken {
  /** The token. */
  readonly token: number;
  /** What the model thought of it, where that was asked for; nothing of the first token of a prompt. */
  readonly thought: TokenLogProbability | undefined;
}

/** A sequence that is waiting or going on. */
interface Sequence {
  readonly prompt: readonly number[];
  readonly options: GenerateOptions;
  readonly out: Channel<GeneratedToken>;
  /** What the model sees of it; the last token is not in the cache yet. */
  readonly seen: number[];
  /** Tokens that may still be drawn; none of a sequence that is over. */
  left: number;
}

/**
 * Draws tokens for several sequences at a time. Those that are there go on together, a token of each a step; others
 * wait for their turn, in order. Where a kernel gives equal rows equal bits, what a sequence becomes does not depend on
 * its company.
 *
 * @example Two sequences at once
 * ```ts
 * import { BatchDecoder } from "@beyond24/generation";
 * import { createTransformer } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * const decoder = new BatchDecoder(model, { mode: "dense", sequences: 2 });
 * const options = { count: 3, temperature: 0, random: Math.random };
 * const both = await Promise.all([[72], [105, 33]].map((prompt) => Array.fromAsync(decoder.generate(prompt, options))));
 * assertEquals(both.map((tokens) => tokens.length), [3, 3]);
 * await decoder.dispose();
 * ```
 */
export class BatchDecoder {
  readonly #cached: CachedModel;
  readonly #slots: (Sequence | undefined)[];
  #waiting: Sequence[] = [];
  #running: Promise<void> | undefined;

  /**
   * Allocates the cache.
   *
   * @param model The model, whose weights stay as they are as long as sequences go on
   * @param options Mode, sequences
   */
  constructor(model: Transformer, { mode, sequences = 1, key }: BatchDecoderOptions) {
    this.#cached = new CachedModel(model, { mode, sequences, key });
    this.#slots = new Array<Sequence | undefined>(sequences).fill(undefined);
  }

  /** Sequences that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Continues some tokens. The model sees as many of the last tokens as its sequence length; when these are full, the
   * older half is forgotten. Who stops to iterate ends the sequence.
   *
   * @param prompt Tokens to begin with, at least one
   * @param options How many tokens, how they are drawn, what is told of them
   * @returns The tokens, as they are drawn
   * @throws {RangeError} If the prompt is empty or has a token that the model does not know, or what the model thought
   * of each of its tokens is asked for and it is longer than a sequence
   * @throws {ScoreError} While iterating: if the model gives scores from which no token can be drawn
   */
  generate(prompt: ArrayLike<number>, options: GenerateOptions): AsyncIterable<GeneratedToken> {
    if (prompt.length === 0) {
      throw new RangeError("Cannot sample as the prompt must hold a token: current value is empty");
    }
    const { signal } = options;
    const tokens = Array.from(prompt);
    this.#cached.checkTokens(tokens);
    this.#checkScored(tokens.length, options);
    const sequence: Sequence = {
      prompt: tokens,
      options,
      out: new Channel(() => stop()),
      seen: tokens.slice(-this.#cached.capacity),
      left: options.count,
    };
    const stop = () => {
      signal?.removeEventListener("abort", stop);
      this.#end(sequence);
    };
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) sequence.out.close();
    else this.#waiting.push(sequence);
    this.#running ??= this.#run();
    return sequence.out;
  }

  /** Refuses to score a prompt of which a part is forgotten: its first tokens would be nothing's continuation. */
  #checkScored(length: number, { echo = false, logProbabilities }: GenerateOptions): void {
    const { capacity } = this.#cached;
    if (!echo || logProbabilities === undefined || length <= capacity) return;
    throw new RangeError(
      `Cannot score a prompt as it must be no longer than a sequence of ${capacity} tokens: ` +
        `current value is ${length}`,
    );
  }

  /** Ends all sequences, waits for the step that is being computed, and frees the cache. */
  async dispose(): Promise<void> {
    for (const sequence of [...this.#waiting, ...this.#slots]) if (sequence !== undefined) this.#end(sequence);
    await this.#running;
    this.#cached.dispose();
  }

  /** Steps until no sequence is left. */
  async #run(): Promise<void> {
    // What calls `generate` in a row comes together.
    await Promise.resolve();
    const breath = breathe();
    try {
      while (this.#waiting.length > 0 || this.#slots.some((sequence) => sequence !== undefined)) {
        await this.#admit();
        await this.#step();
        await breath();
      }
    } catch (error) {
      for (const sequence of [...this.#waiting, ...this.#slots]) {
        if (sequence !== undefined) this.#end(sequence, { error });
      }
    } finally {
      this.#running = undefined;
    }
  }

  #end(sequence: Sequence, end: { readonly error?: unknown } = {}): void {
    sequence.left = 0;
    sequence.out.close(end);
    this.#waiting = this.#waiting.filter((other) => other !== sequence);
    const slot = this.#slots.indexOf(sequence);
    if (slot >= 0) this.#slots[slot] = undefined;
  }

  /** Begins what waits, as far as there is room. */
  async #admit(): Promise<void> {
    for (let slot = this.#slots.indexOf(undefined); slot >= 0; slot = this.#slots.indexOf(undefined)) {
      const sequence = this.#waiting.shift();
      if (sequence === undefined) return;
      this.#slots[slot] = sequence;
      await this.#begin(sequence, slot);
    }
  }

  async #begin(sequence: Sequence, slot: number): Promise<void> {
    const { prompt, options: { echo = false, logProbabilities }, out } = sequence;
    if (echo && logProbabilities !== undefined) return await this.#beginScored(sequence, slot, logProbabilities);
    if (echo) { for (const token of prompt) out.push({ token, thought: undefined }); }
    if (sequence.left === 0) return this.#end(sequence);
    this.#draw(sequence, await this.#cached.begin(slot, sequence.seen));
  }

  /** Begins a sequence with what the model thinks of every token of its prompt. */
  async #beginScored(sequence: Sequence, slot: number, count: number): Promise<void> {
    const { prompt, out } = sequence;
    let thought: TokenLogProbability | undefined;
    let scores: Float32Array | undefined;
    let place = 0;
    for await (scores of this.#cached.beginScored(slot, prompt)) {
      out.push({ token: prompt[place++] ?? 0, thought });
      const next = prompt[place];
      thought = next === undefined ? undefined : logProbabilityOf(scores, next, count);
    }
    if (sequence.left === 0 || scores === undefined) return this.#end(sequence);
    this.#draw(sequence, scores);
  }

  /** Draws a token for every sequence that goes on. */
  async #step(): Promise<void> {
    const going = this.#slots.flatMap((sequence, slot) => sequence === undefined ? [] : [{ sequence, slot }]);
    const isFull = ({ sequence }: { sequence: Sequence }) => sequence.seen.length > this.#cached.capacity;
    for (const { sequence, slot } of going.filter(isFull)) {
      sequence.seen.splice(0, sequence.seen.length - Math.max(1, Math.floor(this.#cached.capacity / 2)));
      this.#draw(sequence, await this.#cached.begin(slot, sequence.seen));
    }
    const others = going.filter((one) =>
      !isFull(one) && one.sequence.left > 0 && this.#slots[one.slot] === one.sequence
    );
    const next = others.map(({ sequence: { seen }, slot }) => ({
      token: seen.at(-1) ?? 0,
      slot,
      position: seen.length - 1,
    }));
    const scores = await this.#cached.goOn(next);
    others.forEach(({ sequence }, index) => this.#draw(sequence, scores[index] ?? new Float32Array()));
  }

  #draw(sequence: Sequence, scores: Float32Array): void {
    const { options, out, seen } = sequence;
    if (sequence.left === 0) return; // ended while its scores were computed
    try {
      const token = sampleToken(scores, options);
      const { logProbabilities } = options;
      const thought = logProbabilities === undefined ? undefined : logProbabilityOf(scores, token, logProbabilities);
      seen.push(token);
      out.push({ token, thought });
      sequence.left = token === options.end ? 0 : sequence.left - 1;
      if (sequence.left === 0) this.#end(sequence);
    } catch (error) {
      if (!(error instanceof ScoreError)) throw error;
      this.#end(sequence, { error });
    }
  }
}
