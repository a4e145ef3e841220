import { DataError } from "./data_error.ts";
import { permuteIndex, type Shuffle } from "./permute_index.ts";

/** Where a loader stands in a source. */
export interface SequencePlace {
  /** Times that the source has been gone through. */
  readonly epoch: number;
  /** Sequences of this epoch that have been drawn. */
  readonly position: number;
}

/** What the order of the sequences of a source follows from. */
export interface SequenceOrderOptions {
  /** Tokens of the source. */
  readonly length: number;
  /** Tokens of a sequence. */
  readonly sequenceLength: number;
  /** Which of several sources it is, from 0. */
  readonly source: number;
  /** Seed of the shuffles. */
  readonly seed: number;
}

/** How the tokens of a source are cut in an epoch. */
interface EpochCut {
  readonly epoch: number;
  readonly shuffle: Shuffle;
  /** First token; at least one whole sequence follows. */
  readonly shift: number;
  /** Sequences. */
  readonly count: number;
}

/**
 * The sequences of a source, each once an epoch in an order that follows from seed and epoch alone. Sequence i of an
 * epoch starts at token `shift + i * sequenceLength`; the shift changes with the epoch, so that another epoch cuts the
 * text at other places.
 */
export class SequenceOrder {
  readonly #options: SequenceOrderOptions;
  #shuffle: Shuffle;
  #epoch = 0;
  #position = 0;
  #last: EpochCut | undefined;

  /**
   * Begins with the first epoch.
   *
   * @throws {DataError} If there are fewer than `sequenceLength + 1` tokens
   */
  constructor(options: SequenceOrderOptions, shuffle: Shuffle) {
    const { length, sequenceLength } = options;
    if (length <= sequenceLength) {
      throw new DataError(
        `Cannot draw sequences as the data must hold ${sequenceLength + 1} tokens: current value is ${length}`,
      );
    }
    this.#options = options;
    this.#shuffle = shuffle;
  }

  /** Where it stands. */
  get place(): SequencePlace {
    return { epoch: this.#epoch, position: this.#position };
  }

  /**
   * Goes to a place.
   *
   * @throws {RangeError} If the place is outside of the data
   */
  go({ epoch, position }: SequencePlace, shuffle: Shuffle): void {
    this.#shuffle = shuffle;
    checkAtLeast(epoch, 0, "epoch");
    checkAtLeast(position, 0, "position");
    const { count } = this.#cut(epoch);
    if (position > count) {
      throw new RangeError(`Cannot restore loader as the epoch has ${count} sequences: current value is ${position}`);
    }
    this.#epoch = epoch;
    this.#position = position;
  }

  /** First token of the next sequence. */
  next(): number {
    if (this.#position >= this.#cut(this.#epoch).count) {
      this.#epoch++;
      this.#position = 0;
    }
    const { shift, count } = this.#cut(this.#epoch);
    const index = permuteIndex(this.#position++, count, this.#keys(this.#epoch), this.#shuffle);
    return shift + index * this.#options.sequenceLength;
  }

  /** How the tokens are cut in an epoch; a shift is a shuffle of its own, so that of the last epoch is kept. */
  #cut(epoch: number): EpochCut {
    if (this.#last?.epoch === epoch && this.#last.shuffle === this.#shuffle) return this.#last;
    const { length, sequenceLength } = this.#options;
    const shifts = Math.min(sequenceLength, length - sequenceLength);
    const shift = permuteIndex(epoch % shifts, shifts, this.#keys(-1), this.#shuffle);
    const count = Math.floor((length - 1 - shift) / sequenceLength);
    return this.#last = { epoch, shuffle: this.#shuffle, shift, count };
  }

  /** Sources of one length have different orders; that of the first is the one that it would have alone. */
  #keys(epoch: number): number[] {
    const { seed, source } = this.#options;
    return source === 0 ? [seed, epoch] : [seed, epoch, source];
  }
}

/** Refuses what is not an integer of at least `minimum`. */
export function checkAtLeast(value: number, minimum: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new RangeError(`Cannot load data as ${name} must be an integer >= ${minimum}: current value is ${value}`);
}
