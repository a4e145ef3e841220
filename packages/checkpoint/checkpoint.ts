/** Anything that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * The contents of a file, piece by piece, so that a large file is never in memory as a whole. A piece is done with when the
 * next one is asked for: whoever makes the pieces may use its memory again.
 */
export type FilePieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** All that a run needs to go on from a step. */
export interface Checkpoint {
  /** Optimizer steps done. */
  readonly step: number;
  /** Contents of `model.safetensors`. */
  readonly model: FilePieces;
  /** Contents of `optimizer.safetensors`. */
  readonly optimizer: FilePieces;
  /** The resolved configuration, `config.json`. */
  readonly config: JsonValue;
  /** Everything else, such as the place of the data loader; kept in `state.json`. */
  readonly state: JsonValue;
}

/** A checkpoint on the disk whose files are whole. */
export interface StoredCheckpoint {
  /** Optimizer steps done. */
  readonly step: number;
  /** Path of `model.safetensors`. */
  readonly model: string;
  /** Path of `optimizer.safetensors`. */
  readonly optimizer: string;
  /** The resolved configuration. */
  readonly config: JsonValue;
  /** Everything else. */
  readonly state: JsonValue;
}
