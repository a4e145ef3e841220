import type { TransformerCheckpointState } from "@beyond24/transformer";
import type { SavedModel } from "./restore_model.ts";
import type { TensorSource } from "./tensor_source.ts";

/** What of a session is neither weight nor moment; plain JSON. */
export interface SessionState {
  /** Steps done. */
  readonly step: number;
  /** State of the model besides its weights. */
  readonly transformer: TransformerCheckpointState;
}

/** A session at rest: enough to go on from it to the same bits. */
export interface SessionSnapshot extends SessionState {
  /** Weights: a safetensors file, piece by piece. Read them before the next step. */
  readonly model: AsyncIterable<Uint8Array>;
  /** Moments: a safetensors file, piece by piece. Read them before the next step. */
  readonly optimizer: AsyncIterable<Uint8Array>;
}

/** A safetensors file that all ranks write together, and what this one has of it. */
export interface SharedTensors {
  /** Length of the file. */
  readonly bytes: number;
  /** What this rank has: bytes and where they lie. Each part is valid until the next one is asked for. */
  readonly parts: AsyncIterable<{ readonly offset: number; readonly bytes: Uint8Array }>;
}

/** A {@linkcode SessionSnapshot} of which every rank has a part. */
export interface SharedSnapshot extends SessionState {
  /** Weights. Read them before the next step. */
  readonly model: SharedTensors;
  /** Moments. Read them before the next step. */
  readonly optimizer: SharedTensors;
}

/** A {@linkcode SessionSnapshot} that was saved. */
export interface SavedSession extends SavedModel {
  /** Steps done. */
  readonly step: number;
  /** Moments. */
  readonly optimizer: TensorSource;
}
