import type { PhaseName } from "@beyond24/recipe";

/** One line of `metrics.jsonl`: what a step measured. What a step does not measure is null. */
export interface StepMetrics {
  /** The step, counted from 1: after it, so many optimizer steps are done. */
  readonly step: number;
  /** How the FFN was computed. */
  readonly phase: PhaseName;
  /** Mean training loss in nats per token. */
  readonly loss: number;
  /** Learning rate. */
  readonly lr: number;
  /** Global norm of the gradient before clipping. */
  readonly grad_norm: number;
  /** Tokens of the step by its time. */
  readonly tokens_per_second: number;
  /** Milliseconds; the mean over the steps that were read from the device together. */
  readonly step_ms: number;
  /** Fraction of zeros in the hidden activations of the FFN. */
  readonly activation_sparsity: number | null;
  /** Fewest tokens of an expert. */
  readonly expert_load_min: number | null;
  /** Mean tokens of an expert. */
  readonly expert_load_mean: number | null;
  /** Most tokens of an expert. */
  readonly expert_load_max: number | null;
  /** Fraction of the mask bits of sparse weights that changed. */
  readonly flip_rate: number | null;
  /** Mean loss over held-out text after the step, in nats per token. */
  readonly val_loss: number | null;
}
