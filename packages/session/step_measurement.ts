import type { PhaseName } from "@beyond24/recipe";
import type { StepStatistics } from "@beyond24/transformer";

/** What one step measured. */
export interface StepMeasurement extends StepStatistics {
  /** Steps done, this one included. */
  readonly step: number;
  /** How the feed-forward networks were computed. */
  readonly phase: PhaseName;
  /** Learning rate. */
  readonly learningRate: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Milliseconds; the mean over the steps that were read from the device together. */
  readonly milliseconds: number;
  /** Tokens of the step by its time. */
  readonly tokensPerSecond: number;
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
