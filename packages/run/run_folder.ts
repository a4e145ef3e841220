import { join } from "@std/path";

/** What a run leaves in its folder, by what it is. */
export const runFileNames = {
  /** The resolved configuration. */
  config: "config.json",
  /** What began and resumed it, a line each. */
  history: "history.jsonl",
  /** One object a step. */
  metrics: "metrics.jsonl",
  /** The same of the dense twin. */
  baselineMetrics: "baseline.jsonl",
  /** Losses, times, phases. */
  summary: "summary.json",
  /** The picture. */
  report: "report.html",
  /** Times of every kernel, when they were asked for. */
  profile: "profile.json",
  /** What its models scored on tasks. */
  scores: "scores.jsonl",
  /** The tokenizer of its tokens, unless they are bytes. */
  tokenizer: "tokenizer.json",
  /** The tokens that begin and end a text, beside it. */
  tokenizerConfig: "tokenizer_config.json",
  /** The card of a model that was imported. */
  modelCard: "README.md",
} as const;

/** Folders of checkpoints in a run's folder: its own and those of its dense twin. */
export const runCheckpointFolders = {
  checkpoints: "checkpoints",
  baselineCheckpoints: "baseline/checkpoints",
} as const;

/** Folders of event files in a run's folder, when they were asked for: those of the run and of its dense twin. */
export const runEventFolders = {
  events: "tensorboard/run",
  baselineEvents: "tensorboard/dense-twin",
} as const;

/** Folder of what evaluations leave in a run's folder: a folder for each checkpoint and setting. */
export const runEvaluationFolder = {
  evaluations: "evaluation",
} as const;

/** Name of the file in a folder of events; TensorBoard asks for its middle. */
export const eventFileName = "events.out.tfevents.beyond24";

/** Paths of what a run leaves behind, by the names of the tables above. */
export type RunFolder =
  & {
    readonly [
      Name in
        | keyof typeof runFileNames
        | keyof typeof runCheckpointFolders
        | keyof typeof runEventFolders
        | keyof typeof runEvaluationFolder
    ]: string;
  }
  & { readonly path: string };

/**
 * The paths in a run's folder.
 *
 * @param path The folder
 * @returns Paths
 *
 * @example Find the metrics
 * ```ts
 * import { runFolder } from "@beyond24/run";
 * import { assert } from "@std/assert";
 *
 * assert(runFolder("runs/a").metrics.endsWith("metrics.jsonl"));
 * ```
 */
export function runFolder(path: string): RunFolder {
  return {
    path,
    config: join(path, runFileNames.config),
    history: join(path, runFileNames.history),
    metrics: join(path, runFileNames.metrics),
    baselineMetrics: join(path, runFileNames.baselineMetrics),
    summary: join(path, runFileNames.summary),
    report: join(path, runFileNames.report),
    profile: join(path, runFileNames.profile),
    scores: join(path, runFileNames.scores),
    tokenizer: join(path, runFileNames.tokenizer),
    tokenizerConfig: join(path, runFileNames.tokenizerConfig),
    modelCard: join(path, runFileNames.modelCard),
    checkpoints: join(path, runCheckpointFolders.checkpoints),
    baselineCheckpoints: join(path, runCheckpointFolders.baselineCheckpoints),
    evaluations: join(path, runEvaluationFolder.evaluations),
    events: join(path, runEventFolders.events),
    baselineEvents: join(path, runEventFolders.baselineEvents),
  };
}
