import type { ActivationPicture } from "../training/activation_probe.ts";

/** An element that is not zero. */
export interface ActivationCell {
  /** Column among all neurons, in the order that makes the matrix V:N:M. */
  readonly column: number;
  /** How strong it is drawn, in (0, 1]. */
  readonly strength: number;
}

/** A row of the matrix. */
export interface ActivationRow {
  /** Its number in the picture. */
  readonly row: number;
  /** The expert that its token was sent to; 0 in dense steps. */
  readonly expert: number;
}

/** A picture of activations as a matrix of tokens by all neurons. */
export class ActivationMatrix {
  /** Clusters of neurons. */
  readonly experts: number;
  /** Columns of the whole matrix. */
  readonly neurons: number;
  /** Whether tokens are routed. */
  readonly isSparse: boolean;
  /** Rows that hold a token, in the order of the picture. */
  readonly rows: readonly ActivationRow[];
  readonly #picture: ActivationPicture;
  readonly #blockColumns: number;
  readonly #strong: number;

  /** Wraps a picture; `blockColumns` is M. */
  constructor(picture: ActivationPicture, blockColumns: number) {
    this.#picture = picture;
    this.#blockColumns = blockColumns;
    this.experts = picture.experts;
    this.neurons = picture.columns * picture.experts;
    this.isSparse = picture.phase === "sparse";
    this.rows = rowsWithTokens(picture);
    // A few outliers would leave everything else pale.
    const sorted = picture.values.filter((value) => value > 0).sort();
    this.#strong = sorted[Math.floor(sorted.length * 0.95)] ?? 1;
  }

  /** So many rows at even distances; all if there are fewer. */
  sample(count: number): ActivationRow[] {
    const taken = Math.min(count, this.rows.length);
    return Array.from({ length: taken }, (_, index) => this.rows[Math.floor(index * this.rows.length / taken)])
      .filter((row) => row !== undefined);
  }

  /** The first rows of an expert. */
  rowsOf(expert: number, count: number): ActivationRow[] {
    return this.rows.filter((row) => row.expert === expert).slice(0, count);
  }

  /**
   * The elements of a row that are not zero. Neuron i of cluster e stands in column (i div 4) · M + 4e + i mod 4: so
   * the four columns of a cluster lie side by side in every block of M columns.
   */
  *cells({ row, expert }: ActivationRow): Generator<ActivationCell> {
    const { columns, values } = this.#picture;
    for (let neuron = 0; neuron < columns; neuron++) {
      const value = values[row * columns + neuron] ?? 0;
      if (!(value > 0)) continue;
      const column = this.isSparse ? Math.floor(neuron / 4) * this.#blockColumns + 4 * expert + neuron % 4 : neuron;
      yield { column, strength: 0.3 + 0.7 * Math.min(1, Math.sqrt(value / this.#strong)) };
    }
  }
}

function rowsWithTokens({ tokens, offsets, experts }: ActivationPicture): ActivationRow[] {
  const rows: ActivationRow[] = [];
  for (let expert = 0; expert < experts; expert++) {
    for (let row = offsets[expert] ?? 0; row < (offsets[expert + 1] ?? 0); row++) {
      if ((tokens[row] ?? -1) >= 0) rows.push({ row, expert });
    }
  }
  return rows;
}
