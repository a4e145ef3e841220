/** Sequences for one micro-batch, on the host; a `Batch` of `@beyond24/data` is one. */
export interface HostBatch {
  /** Input tokens, row-major [batchSize, sequenceLength]. */
  readonly inputs: Int32Array;
  /** The token after every input token, same shape; -1 where none counts. */
  readonly targets: Int32Array;
}
