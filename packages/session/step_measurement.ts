import type { StepMetrics } from "@beyond24/run";

/** What one step measured; a session validates when it is asked to, so that what it measures is null. */
export interface StepMeasurement extends StepMetrics {
  /** Tokens of each expert of each layer that is routed; none in dense steps and without a router. */
  readonly expertCounts: readonly (readonly number[])[];
}

/** Whether a model can be gone on from: all of it is finite, and the gradient is not 0, unless the model is lost. */
export interface ModelHealth {
  /** Loss in nats per token over a batch. */
  readonly loss: number;
  /** Global norm of the gradient of that loss. */
  readonly gradientNorm: number;
  /** Global norm of all weights. */
  readonly weightNorm: number;
}
