import type { PhaseName } from "@beyond24/recipe";
import type { RunChange } from "./run_changes.ts";

/** The steps of one phase. */
export interface PhaseSummary {
  /** How the FFN was computed. */
  readonly phase: PhaseName;
  /** Steps done. */
  readonly steps: number;
  /** Mean time of a step in milliseconds. */
  readonly mean_step_ms: number;
  /** Median time of a step in milliseconds. */
  readonly median_step_ms: number;
}

/** What a model reached. */
export interface ModelSummary {
  /** Mean training loss of the last 100 steps, in nats per token. */
  readonly train_loss: number | null;
  /** Last loss over held-out text; null before the first validation. */
  readonly val_loss: number | null;
  /** Seconds spent on this model, validation and checkpoints included, over all resumes. */
  readonly wall_seconds: number;
  /** Each phase that has begun. */
  readonly phases: readonly PhaseSummary[];
  /** Tokens trained on. */
  readonly tokens: number;
}

/** How a model compares with its dense twin. */
export interface BaselineSummary extends ModelSummary {
  /** The twin's time by the model's, over the steps of all phases, from their median step times. */
  readonly speedup: number | null;
  /** The same for sparse steps alone. */
  readonly sparse_step_speedup: number | null;
  /** The model's validation loss relative to the twin's: 0.01 is one percent worse. */
  readonly relative_val_loss: number | null;
}

/** Contents of `summary.json`. */
export interface RunSummary extends ModelSummary {
  /** Whether all steps are done. */
  readonly status: "finished" | "interrupted";
  /** Steps done. */
  readonly steps: number;
  /** Name of the preset. */
  readonly preset: string;
  /** One line about hardware and libraries. */
  readonly device: string;
  /** Trained weights. */
  readonly parameters: number;
  /** What the run went on with and had not begun with; left out when there is nothing of the kind. */
  readonly changes?: readonly RunChange[];
  /** The dense twin, when there is one. */
  readonly baseline?: BaselineSummary;
}
