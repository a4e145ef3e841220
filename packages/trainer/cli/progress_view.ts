import type { PhaseName } from "@beyond24/recipe";
import type { RunRole } from "../run/run_observer.ts";

/** What is shown of a run in progress. */
export interface ProgressState {
  /** Steps of the model and of its twin together. */
  readonly total: number;
  /** Those that are done. */
  readonly done: number;
  /** Steps of the model that are done. */
  readonly step: number;
  /** Phase of the model. */
  readonly phase: PhaseName;
  /** Smoothed training loss of the model. */
  readonly loss?: number;
  /** Smoothed training loss of its twin. */
  readonly baselineLoss?: number;
  /** Speed of the last step. */
  readonly tokensPerSecond: number;
  /** That of each process, where there are several. */
  readonly tokensPerSecondEach?: number;
  /** Dense-equivalent FLOPs of the last step by the peak of the GPUs, where that is known. */
  readonly mfu?: number;
  /** Time left, by the mean step so far. */
  readonly secondsLeft: number;
  /** A validation that has just been made. */
  readonly validation?: { readonly role: RunRole; readonly loss: number };
}

/** Shows progress. */
export interface ProgressView {
  /** Shows a state. */
  show(state: ProgressState): void;
  /** Ends the display. */
  stop(): Promise<void>;
}
