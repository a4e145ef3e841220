import type { Transformer } from "./transformer.ts";

/** What a checkpoint keeps of a model besides its parameters; plain JSON. */
export interface TransformerCheckpointState {
  /** Whether the neurons are clustered. */
  readonly clustered: boolean;
  /** Frozen scales of soft-thresholded weights, one record a layer, by product. Empty records without sparsity. */
  readonly scales: readonly Readonly<Record<string, number>>[];
}

/**
 * The state of a model for a checkpoint.
 *
 * @param model The model
 * @returns Plain JSON
 */
export function readTransformerState(_model: Transformer): TransformerCheckpointState {
  throw new Error("Not written yet");
}

/**
 * Restores the state of a model. Before the next sparse step {@linkcode startSparse} must be called.
 *
 * @param model The model, created with the same configuration
 * @param state What {@linkcode readTransformerState} gave
 * @throws {TypeError} If the state does not fit the model
 */
export function writeTransformerState(_model: Transformer, _state: TransformerCheckpointState): void {
  throw new Error("Not written yet");
}
