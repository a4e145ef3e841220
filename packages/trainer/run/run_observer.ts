import type { ScoredTask } from "@beyond24/evaluation";
import type { EvaluationSettings, RunConfig, StepMetrics } from "@beyond24/run";

/** Which of the two models of a run: the one with sparse steps, or its dense twin. */
export type RunRole = "main" | "baseline";

/** What is known of a source of data. */
export interface SourceFacts {
  /** What the user wrote, or what it is. */
  readonly name: string;
  /** Its part of the sequences, in (0, 1]. */
  readonly weight: number;
  /** Documents to train on; texts, when they were not prepared. */
  readonly texts: number;
  /** Tokens to train on. */
  readonly trainTokens: number;
  /** Held-out tokens. */
  readonly validationTokens: number;
}

/** What is known before the first step. */
export interface RunHeader {
  /** The configuration. */
  readonly config: RunConfig;
  /** The folder of the run. */
  readonly folder: string;
  /** One line about hardware and libraries. */
  readonly device: string;
  /** Trained weights. */
  readonly parameters: number;
  /** Where the tokens come from. */
  readonly sources: readonly SourceFacts[];
  /** Steps done before, in a run that is resumed. */
  readonly resumedAt: number;
  /** What is to be known about how the run goes on, one sentence each. */
  readonly notes: readonly string[];
}

/** Hears what happens in a run. Every method is optional. */
export interface RunObserver {
  /** Once, before the first step. */
  readonly onHeader?: (header: RunHeader) => void;
  /** After steps were read from the device. */
  readonly onSteps?: (rows: readonly StepMetrics[], role: RunRole) => void;
  /** After a checkpoint was saved. */
  readonly onCheckpoint?: (path: string, role: RunRole) => void;
  /** After the model of a checkpoint was scored on tasks. */
  readonly onScores?: (scored: readonly ScoredTask[], settings: EvaluationSettings) => void;
  /** Something is wrong and the run goes on. */
  readonly onWarning?: (message: string) => void;
}
