/** Sequences for one step: row `b`, column `t` is at `b * sequenceLength + t`. */
export interface Batch {
  /** Input tokens: [batchSize, sequenceLength]. */
  readonly inputs: Int32Array;
  /** The token after every input token, same shape; -1 where none counts. */
  readonly targets: Int32Array;
}
