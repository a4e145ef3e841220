import { type Arena, rowRange, type Tensor } from "@beyond24/device";
import type { PhaseName } from "@beyond24/recipe";
import {
  createKeyValueCache,
  decode,
  freeKeyValueCache,
  type KeyValueCache,
  type NextTokens,
  prefill,
  type Transformer,
  writeTokens,
} from "@beyond24/transformer";

/** Most tokens of one sequence whose scores are read at once. */
const PIECE = 64;

/** A token that follows what is known of a sequence. */
export interface NextToken {
  readonly token: number;
  readonly slot: number;
  readonly position: number;
}

/**
 * A model with a cache for some sequences, and what moves between host and device. Scores are of tokens that can occur.
 */
export class CachedModel {
  readonly #model: Transformer;
  readonly #mode: PhaseName;
  readonly #cache: KeyValueCache;
  readonly #arena: Arena;
  readonly #tokens: Tensor;
  readonly #places: Tensor;
  readonly #scores: Tensor;
  readonly #key: string | undefined;

  constructor(
    model: Transformer,
    { mode, sequences, key }: {
      readonly mode: PhaseName;
      readonly sequences: number;
      readonly key?: string | undefined;
    },
  ) {
    const { device } = model;
    this.#model = model;
    this.#mode = mode;
    this.#cache = createKeyValueCache(model, { sequences });
    this.#arena = device.arena();
    this.#key = key;
    const { tokens = model.config.shape.vocabularySize } = model.config;
    this.#scores = device.tensor([sequences, tokens], "f32");
    const rows = Math.max(sequences, PIECE);
    [this.#tokens, this.#places] = [device.tensor([rows], "i32"), device.tensor([rows], "i32")];
  }

  /** Positions of a sequence. */
  get capacity(): number {
    return this.#cache.capacity;
  }

  /** Refuses a token that the model does not know. */
  checkTokens(tokens: readonly number[]): void {
    const { config } = this.#model;
    const known = config.tokens ?? config.shape.vocabularySize;
    const unknown = tokens.find((token) => !(Number.isInteger(token) && token >= 0 && token < known));
    if (unknown === undefined) return;
    throw new RangeError(
      `Cannot sample as tokens of the prompt must be integers from 0 to ${known - 1}: current value is ${unknown}`,
    );
  }

  /** Begins a sequence with all its tokens in one pass: scores of the token behind them. */
  async begin(slot: number, tokens: readonly number[]): Promise<Float32Array> {
    const { device } = this.#model;
    const tensor = device.tensor([1, tokens.length], "i32");
    try {
      writeTokens(this.#model, tensor, Int32Array.from(tokens));
      const [scores] = await this.#read(
        prefill(this.#model, this.#cache, tensor, { arena: this.#arena, sequence: slot, mode: this.#mode }),
      );
      return scores ?? new Float32Array();
    } finally {
      device.free(tensor);
    }
  }

  /** Begins a sequence piece by piece: scores of the token behind each of its tokens. */
  async *beginScored(slot: number, tokens: readonly number[]): AsyncGenerator<Float32Array> {
    yield await this.begin(slot, tokens.slice(0, 1));
    for (let start = 1; start < tokens.length; start += PIECE) {
      const piece = tokens.slice(start, start + PIECE);
      const next = this.#write(piece.map((token, index) => ({ token, slot, position: start + index })));
      const scores = decode(this.#model, this.#cache, next, { arena: this.#arena, mode: this.#mode });
      yield* await this.#read(scores);
    }
  }

  /** Goes on with a token of each of several sequences: scores of the token behind each. */
  async goOn(next: readonly NextToken[]): Promise<Float32Array[]> {
    if (next.length === 0) return [];
    const written = this.#write(next);
    const out = rowRange(this.#scores, 0, next.length);
    const pass = () => {
      decode(this.#model, this.#cache, written, { arena: this.#arena, mode: this.#mode, out });
      this.#arena.reset();
    };
    if (this.#key === undefined) pass();
    else this.#model.device.replay(`${this.#key}/${this.#mode}/${next.length}`, pass);
    return await this.#read(out);
  }

  /** Frees cache and memory, not the model. */
  dispose(): void {
    const { device } = this.#model;
    freeKeyValueCache(device, this.#cache);
    for (const tensor of [this.#tokens, this.#places, this.#scores]) device.free(tensor);
    this.#arena.dispose();
    if (this.#key !== undefined) device.forget(this.#key);
  }

  /** Copies tokens and their places to the device. */
  #write(next: readonly NextToken[]): NextTokens {
    const [tokens, places] = [rowRange(this.#tokens, 0, next.length), rowRange(this.#places, 0, next.length)];
    writeTokens(this.#model, tokens, Int32Array.from(next, ({ token }) => token));
    const placeOf = ({ slot, position }: NextToken) => slot * this.capacity + position;
    this.#model.device.write(places, Int32Array.from(next, placeOf));
    return { tokens, places };
  }

  /** Rows of scores, read at the end of a pass. */
  async #read(scores: Tensor): Promise<Float32Array[]> {
    const [rows = 0, width = 0] = scores.shape;
    const values = await this.#model.device.read(scores);
    this.#arena.reset();
    if (!(values instanceof Float32Array)) throw new TypeError("Cannot read scores as they must be floats");
    return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width));
  }
}
