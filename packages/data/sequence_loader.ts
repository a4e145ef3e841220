import { hash32 } from "@beyond24/sparse24";
import type { Batch } from "./batch.ts";
import type { Shuffle } from "./permute_index.ts";
import { checkAtLeast, SequenceOrder, type SequencePlace } from "./sequence_order.ts";
import { type AnyTokens, type TokenMixture, toMixture } from "./tokens/token_mixture.ts";

/** Where a {@linkcode SequenceLoader} stands: all it takes to draw the same batches from here on. */
export interface LoaderState extends SequencePlace {
  /** Seed of the shuffles. */
  readonly seed: number;
  /** How sequences are shuffled; a state without it was written when there was `feistel` only. */
  readonly shuffle?: Shuffle;
  /** Of a mixture: what it draws from besides the first source. */
  readonly mixture?: MixtureState;
}

/** Where a mixture stands, besides its first source. */
export interface MixtureState {
  /** Sequences drawn of all sources together, which says whose turn is next. */
  readonly drawn: number;
  /** The other sources, in order. */
  readonly others: readonly SequencePlace[];
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
  /**
   * Number of ranks; a batch of all of them is `size * batchSize` sequences, and all have the same state. Default 1.
   */
  readonly size?: number;
  /** How sequences are shuffled. Default: as {@linkcode permuteIndex} does. */
  readonly shuffle?: Shuffle;
}

/** Where a sequence begins. */
interface SequenceStart {
  /** The source, by its number. */
  readonly source: number;
  /** Its first token. */
  readonly start: number;
}

/** Tells the numbers that choose a source apart from those that shuffle one. */
const choiceKey = -2;

/**
 * Draws batches of sequences, each sequence of a source once an epoch in an order that follows from seed and epoch
 * alone. Batches run on over the end of an epoch. Which source of a mixture a sequence is drawn from follows from the
 * seed and the number of the sequence.
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
  readonly #mixture: TokenMixture;
  readonly #orders: readonly SequenceOrder[];
  readonly #rank: number;
  readonly #size: number;
  readonly #sequenceLength: number;
  readonly #batchSize: number;
  readonly #seed: number;
  #shuffle: Shuffle;
  #drawn = 0;

  /**
   * Creates a loader at the beginning of its first epoch.
   *
   * @param tokens Tokens to draw from, in memory or read by range, or a mixture of them; kept, not copied
   * @param options Length of a sequence, size of a batch, seed
   * @throws {RangeError} If an option is not an integer of at least 1 (the seed: of at least 0), or a weight is not
   * above 0
   * @throws {DataError} If a source has fewer than `sequenceLength + 1` tokens
   */
  constructor(tokens: AnyTokens, options: SequenceLoaderOptions) {
    const { sequenceLength, batchSize, seed, shuffle = "swap-or-not", rank = 0, size = 1 } = options;
    checkAtLeast(sequenceLength, 1, "sequenceLength");
    checkAtLeast(batchSize, 1, "batchSize");
    checkAtLeast(seed, 0, "seed");
    checkAtLeast(rank, 0, "rank");
    checkAtLeast(size, rank + 1, "size");
    this.#mixture = toMixture(tokens);
    this.#orders = this.#mixture.map(({ tokens: { length } }, source) =>
      new SequenceOrder({ length, sequenceLength, source, seed }, shuffle)
    );
    this.#rank = rank;
    this.#size = size;
    this.#sequenceLength = sequenceLength;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.#shuffle = shuffle;
  }

  /** Where the loader stands, as plain data. */
  get state(): LoaderState {
    const [first = { epoch: 0, position: 0 }, ...others] = this.#orders.map(({ place }) => place);
    const mixture = others.length === 0 ? {} : { mixture: { drawn: this.#drawn, others } };
    return { seed: this.#seed, shuffle: this.#shuffle, ...first, ...mixture };
  }

  /**
   * Goes to a place that {@linkcode SequenceLoader.state} named, and shuffles as it was shuffled there.
   *
   * @param state The place
   * @throws {RangeError} If the state has another seed or number of sources, or a place outside this loader's data
   */
  restore(state: LoaderState): void {
    if (state.seed !== this.#seed) {
      throw new RangeError(`Cannot restore loader as its seed is ${this.#seed}: current value is ${state.seed}`);
    }
    const { drawn, others } = state.mixture ?? { drawn: 0, others: [] };
    if (others.length + 1 !== this.#orders.length) {
      throw new RangeError(
        `Cannot restore loader as it draws from ${this.#orders.length} sources: current value is ${others.length + 1}`,
      );
    }
    checkAtLeast(drawn, 0, "drawn");
    this.#shuffle = state.shuffle ?? "feistel";
    for (const [index, place] of [state, ...others].entries()) this.#orders[index]?.go(place, this.#shuffle);
    this.#drawn = drawn;
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
    for (const [row, { source, start }] of this.#nextStarts().entries()) {
      const tokens = this.#mixture[source]?.tokens.read(start, length + 1) ?? new Int32Array();
      inputs.set(tokens.subarray(0, length), row * length);
      targets.set(tokens.subarray(1), row * length);
    }
    this.#prefetch();
    return { inputs, targets };
  }

  /**
   * The batches that come next. They are not drawn: {@linkcode SequenceLoader.next} will return them.
   *
   * @param count How many
   * @returns Inputs and targets in fresh arrays
   */
  upcoming(count: number): Batch[] {
    const here = this.state;
    const batches = Array.from({ length: count }, () => this.next());
    this.restore(here);
    return batches;
  }

  /** Where the rows of this rank begin in the next batch of all ranks, which lie in it one after the other. */
  #nextStarts(): SequenceStart[] {
    const starts = Array.from({ length: this.#size * this.#batchSize }, () => this.#nextStart());
    return starts.slice(this.#rank * this.#batchSize, (this.#rank + 1) * this.#batchSize);
  }

  /** Says what the next batch will read, so that it is there by then. */
  #prefetch(): void {
    if (this.#mixture.every(({ tokens }) => tokens.prefetch === undefined)) return;
    const here = this.state;
    for (const { source, start } of this.#nextStarts()) {
      this.#mixture[source]?.tokens.prefetch?.(start, this.#sequenceLength + 1);
    }
    this.restore(here);
  }

  #nextStart(): SequenceStart {
    const source = this.#nextSource();
    return { source, start: this.#orders[source]?.next() ?? 0 };
  }

  /**
   * Whose turn it is: a number in [0, 1) that follows from the seed and the number of the sequence falls into a
   * source's part.
   */
  #nextSource(): number {
    if (this.#mixture.length === 1) return 0;
    let left = hash32([this.#seed, choiceKey, this.#drawn++]) / 2 ** 32;
    const source = this.#mixture.findIndex(({ weight }) => (left -= weight) < 0);
    return source < 0 ? this.#mixture.length - 1 : source;
  }
}
