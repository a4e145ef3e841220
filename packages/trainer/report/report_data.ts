import { parameterCounts } from "@beyond24/recipe";
import {
  type BaselineSummary,
  type ModelSummary,
  type RunChange,
  type RunConfig,
  type RunStart,
  type RunSummary,
  type ScoreRow,
  type StepMetrics,
  summarizeBaseline,
  summarizeModel,
} from "@beyond24/run";

/** What a report is drawn from. */
export interface ReportData {
  /** Title: the name of the run's folder. */
  readonly title: string;
  /** Configuration of the run. */
  readonly config: RunConfig;
  /** What the run has reached. */
  readonly reached: Reached;
  /** Steps of the model. */
  readonly rows: readonly StepMetrics[];
  /** Steps of its dense twin; empty without one. */
  readonly twin: readonly StepMetrics[];
  /** What its models scored on tasks. */
  readonly scores: readonly ScoreRow[];
  /** What is wrong with the files of steps, a sentence each without its end. */
  readonly faults: readonly string[];
  /** Each time that a program began or went on with the run. */
  readonly starts: readonly RunStart[];
}

/** What a run has reached: its summary, or as much of one as its steps say. */
export interface Reached extends Omit<ModelSummary, "wall_seconds"> {
  /** Whether all steps are done; a run without a summary of its last step goes on, or was ended from outside. */
  readonly status: RunSummary["status"] | "unfinished";
  /** Steps done. */
  readonly steps: number;
  /** Trained weights. */
  readonly parameters: number;
  /** Seconds spent, validation and checkpoints included; null when nobody has counted them. */
  readonly wall_seconds: number | null;
  /** One line about hardware and libraries, when known. */
  readonly device?: string;
  /** What the run went on with and had not begun with. */
  readonly changes?: readonly RunChange[];
  /** The dense twin, when there is one; its seconds count as little as those of an unfinished run. */
  readonly baseline?: BaselineSummary;
}

/**
 * What a run has reached. A summary counts only if it is of the last step: one of an interruption stays while a run
 * goes on.
 *
 * @param config Configuration of the run
 * @param rows Steps of the model
 * @param twin Steps of its dense twin; empty without one
 * @param summary Its summary, if there is one
 * @returns The summary, or what follows from the steps
 */
export function reachedBy(
  config: RunConfig,
  rows: readonly StepMetrics[],
  twin: readonly StepMetrics[],
  summary: RunSummary | undefined,
): Reached {
  const steps = rows.at(-1)?.step ?? 0;
  if (summary?.steps === steps) return summary;
  const { recipe, model, train } = config;
  const tokensPerStep = train.batchSize * train.microBatches * model.sequenceLength;
  const sumUp = (track: readonly StepMetrics[]) => summarizeModel(track, { recipe, tokensPerStep, seconds: 0 });
  const main = sumUp(rows);
  return {
    ...main,
    status: "unfinished",
    steps,
    parameters: parameterCounts(model).total,
    wall_seconds: null,
    ...(twin.length === 0 ? {} : { baseline: summarizeBaseline(main, sumUp(twin)) }),
  };
}
