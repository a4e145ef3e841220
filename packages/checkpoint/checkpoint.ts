/** Anything that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** All that a run needs to go on from a step. */
export interface Checkpoint {
  /** Optimizer steps done. */
  readonly step: number;
  /** Contents of `model.safetensors`. */
  readonly model: Uint8Array;
  /** Contents of `optimizer.safetensors`. */
  readonly optimizer: Uint8Array;
  /** The resolved configuration, `config.json`. */
  readonly config: JsonValue;
  /** Everything else, such as the place of the data loader; kept in `state.json`. */
  readonly state: JsonValue;
}
