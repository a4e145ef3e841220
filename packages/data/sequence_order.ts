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

/**
 * The sequences of a source, each once an epoch in an order that follows from seed and epoch alone. Sequence i of an epoch starts at
 * token `shift + i * sequenceLength`; the shift changes with the epoch, so that another epoch cuts the text at other places.
 */
export class SequenceOrder {
  readonly #options: SequenceOrderOptions;
  #shuffle: Shuffle;
  #epoch = 0;
  #position = 0;

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
    const count = this.#count(this.#shift(epoch));
    if (position > count) {
      throw new RangeError(`Cannot restore loader as the epoch has ${count} sequences: current value is ${position}`);
    }
    this.#epoch = epoch;
    this.#position = position;
  }

  /** First token of the next sequence. */
  next(): number {
    if (this.#position >= this.#count(this.#shift(this.#epoch))) {
      this.#epoch++;
      this.#position = 0;
    }
    const shift = this.#shift(this.#epoch);
    const index = permuteIndex(this.#position++, this.#count(shift), this.#keys(this.#epoch), this.#shuffle);
    return shift + index * this.#options.sequenceLength;
  }

  /** First token of an epoch; at least one whole sequence follows. */
  #shift(epoch: number): number {
    const { length, sequenceLength } = this.#options;
    const shifts = Math.min(sequenceLength, length - sequenceLength);
    return permuteIndex(epoch % shifts, shifts, this.#keys(-1), this.#shuffle);
  }

  #count(shift: number): number {
    return Math.floor((this.#options.length - 1 - shift) / this.#options.sequenceLength);
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
