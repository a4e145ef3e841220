import type { FilePieces, SharedFile } from "@beyond24/disk";

/** Anything that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** All that a run needs to go on from a step. */
export interface Checkpoint {
  /** Optimizer steps done. */
  readonly step: number;
  /** Contents of `model.safetensors`, or what this process has of it. */
  readonly model: FilePieces | SharedFile;
  /** Contents of `optimizer.safetensors`, or what this process has of it. */
  readonly optimizer: FilePieces | SharedFile;
  /** The resolved configuration, `config.json`. */
  readonly config: JsonValue;
  /** Everything else, such as the place of the data loader; kept in `state.json`. */
  readonly state: JsonValue;
  /** The tokenizer that the tokens are of, by name of the file. Default: none, as tokens are bytes. */
  readonly tokenizer?: Readonly<Record<"tokenizer.json" | "tokenizer_config.json", string>>;
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
  /** Path of `tokenizer.json`; left out where there is none. */
  readonly tokenizer?: string;
}
