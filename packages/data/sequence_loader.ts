import type { Batch } from "./batch.ts";
import { DataError } from "./data_error.ts";
import { memoryTokens } from "./tokens/memory_tokens.ts";
import type { TokenSource } from "./tokens/token_source.ts";
import { permuteIndex, type Shuffle } from "./permute_index.ts";

/** Where a {@linkcode SequenceLoader} stands: all it takes to draw the same batches from here on. */
export interface LoaderState {
  /** Seed of the shuffles. */
  readonly seed: number;
  /** How sequences are shuffled; a state without it was written when there was `feistel` only. */
  readonly shuffle?: Shuffle;
  /** Times that the data has been gone through. */
  readonly epoch: number;
  /** Sequences of this epoch that have been drawn. */
  readonly position: number;
}

/** Options of {@linkcode SequenceLoader}. */
export interface SequenceLoaderOptions {
  /** Tokens in a sequence. */
  readonly sequenceLength: number;
  /** Sequences in a batch. */
  readonly batchSize: number;
  /** Seed of the shuffles, an integer. */
  readonly seed: number;
  /** Which of the ranks that share each batch draws, from 0. Default 0. */
  readonly rank?: number;
  /** Number of ranks; a batch of all of them is `size * batchSize` sequences, and all have the same state. Default 1. */
  readonly size?: number;
  /** How sequences are shuffled. Default: as {@linkcode permuteIndex} does. */
  readonly shuffle?: Shuffle;
}

/**
 * Draws batches of sequences, each sequence once an epoch in an order that follows from seed and epoch alone.
 *
 * Sequence i of an epoch starts at token `shift + i * sequenceLength`; the shift changes with the epoch, so that another
 * epoch cuts the text at other places. Batches run on over the end of an epoch.
 *
 * @example Continue where another loader stood
 * ```ts
 * import { SequenceLoader } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = Int32Array.from({ length: 1000 }, (_, token) => token);
 * const options = { sequenceLength: 16, batchSize: 2, seed: 1 };
 * const loader = new SequenceLoader(tokens, options);
 * loader.next();
 * const resumed = new SequenceLoader(tokens, options);
 * resumed.restore(loader.state);
 * assertEquals(resumed.next(), loader.next());
 * ```
 */
export class SequenceLoader {
  readonly #tokens: TokenSource;
  readonly #rank: number;
  readonly #size: number;
  readonly #sequenceLength: number;
  readonly #batchSize: number;
  readonly #seed: number;
  #shuffle: Shuffle;
  #epoch = 0;
  #position = 0;

  /**
   * Creates a loader at the beginning of its first epoch.
   *
   * @param tokens Tokens to draw from, in memory or read by range; kept, not copied
   * @param options Length of a sequence, size of a batch, seed
   * @throws {RangeError} If an option is not an integer of at least 1 (the seed: of at least 0)
   * @throws {DataError} If there are fewer than `sequenceLength + 1` tokens
   */
  constructor(tokens: Int32Array | TokenSource, options: SequenceLoaderOptions) {
    const { sequenceLength, batchSize, seed, shuffle = "swap-or-not", rank = 0, size = 1 } = options;
    checkAtLeast(sequenceLength, 1, "sequenceLength");
    checkAtLeast(batchSize, 1, "batchSize");
    checkAtLeast(seed, 0, "seed");
    checkAtLeast(rank, 0, "rank");
    checkAtLeast(size, rank + 1, "size");
    if (tokens.length <= sequenceLength) {
      throw new DataError(
        `Cannot draw sequences as the data must hold ${sequenceLength + 1} tokens: current value is ${tokens.length}`,
      );
    }
    this.#tokens = tokens instanceof Int32Array ? memoryTokens([tokens]) : tokens;
    this.#rank = rank;
    this.#size = size;
    this.#sequenceLength = sequenceLength;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.#shuffle = shuffle;
  }

  /** Where the loader stands, as plain data. */
  get state(): LoaderState {
    return { seed: this.#seed, shuffle: this.#shuffle, epoch: this.#epoch, position: this.#position };
  }

  /**
   * Goes to a place that {@linkcode SequenceLoader.state} named, and shuffles as it was shuffled there.
   *
   * @param state The place
   * @throws {RangeError} If the state has another seed, or a place outside this loader's data
   */
  restore(state: LoaderState): void {
    if (state.seed !== this.#seed) {
      throw new RangeError(`Cannot restore loader as its seed is ${this.#seed}: current value is ${state.seed}`);
    }
    this.#shuffle = state.shuffle ?? "feistel";
    checkAtLeast(state.epoch, 0, "epoch");
    checkAtLeast(state.position, 0, "position");
    const count = this.#count(this.#shift(state.epoch));
    if (state.position > count) {
      throw new RangeError(
        `Cannot restore loader as the epoch has ${count} sequences: current value is ${state.position}`,
      );
    }
    this.#epoch = state.epoch;
    this.#position = state.position;
  }

  /**
   * Draws the next batch.
   *
   * @returns Inputs and targets in fresh arrays
   */
  next(): Batch {
    const length = this.#sequenceLength;
    const inputs = new Int32Array(this.#batchSize * length);
    const targets = new Int32Array(this.#batchSize * length);
    for (const [row, start] of this.#nextStarts().entries()) {
      const tokens = this.#tokens.read(start, length + 1);
      inputs.set(tokens.subarray(0, length), row * length);
      targets.set(tokens.subarray(1), row * length);
    }
    this.#prefetch();
    return { inputs, targets };
  }

  /** Where the rows of this rank begin in the next batch of all ranks, which lie in it one after the other. */
  #nextStarts(): number[] {
    const starts = Array.from({ length: this.#size * this.#batchSize }, () => this.#nextStart());
    return starts.slice(this.#rank * this.#batchSize, (this.#rank + 1) * this.#batchSize);
  }

  /** Says what the next batch will read, so that it is there by then. */
  #prefetch(): void {
    if (this.#tokens.prefetch === undefined) return;
    const [epoch, position] = [this.#epoch, this.#position];
    for (const start of this.#nextStarts()) this.#tokens.prefetch(start, this.#sequenceLength + 1);
    [this.#epoch, this.#position] = [epoch, position];
  }

  #nextStart(): number {
    if (this.#position >= this.#count(this.#shift(this.#epoch))) {
      this.#epoch++;
      this.#position = 0;
    }
    const shift = this.#shift(this.#epoch);
    const index = permuteIndex(this.#position++, this.#count(shift), [this.#seed, this.#epoch], this.#shuffle);
    return shift + index * this.#sequenceLength;
  }

  /** First token of an epoch; at least one whole sequence follows. */
  #shift(epoch: number): number {
    const shifts = Math.min(this.#sequenceLength, this.#tokens.length - this.#sequenceLength);
    return permuteIndex(epoch % shifts, shifts, [this.#seed, -1], this.#shuffle);
  }

  #count(shift: number): number {
    return Math.floor((this.#tokens.length - 1 - shift) / this.#sequenceLength);
  }
}

function checkAtLeast(value: number, minimum: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new RangeError(`Cannot load data as ${name} must be an integer >= ${minimum}: current value is ${value}`);
}
