import type { FileSystem } from "@beyond24/disk";
import {
  readMetrics,
  readRunHistory,
  type RunChange,
  type RunConfig,
  type RunFolder,
  type RunSummary,
  summarizeBaseline,
  summarizeModel,
  writeRunSummary,
} from "@beyond24/run";

/** What the files of a run do not say. */
export interface SummaryFacts {
  /** Whether all steps are done. */
  readonly status: RunSummary["status"];
  /** Steps done. */
  readonly steps: number;
  /** One line about hardware and libraries. */
  readonly device: string;
  /** Trained weights. */
  readonly parameters: number;
  /** Seconds spent on the model. */
  readonly seconds: number;
  /** What the run went on with and had not begun with. */
  readonly changes: readonly RunChange[];
  /** Seconds spent on its dense twin. */
  readonly baselineSeconds?: number;
}

/**
 * Sums a run up from its metrics and writes `summary.json`.
 *
 * @param folder The run
 * @param config Its configuration
 * @param facts What the metrics do not say
 * @param fileSystem The disk
 * @returns The summary
 */
export async function writeSummary(
  folder: RunFolder,
  config: RunConfig,
  facts: SummaryFacts,
  fileSystem: FileSystem,
): Promise<RunSummary> {
  const { status, steps, device, parameters, seconds, changes, baselineSeconds } = facts;
  const { recipe, train: { batchSize, microBatches }, model: { sequenceLength } } = config;
  const tokensPerStep = batchSize * microBatches * sequenceLength;
  const sumUp = async (metrics: string, seconds: number) =>
    summarizeModel(await readMetrics(metrics, steps), { recipe, tokensPerStep, seconds });
  const main = await sumUp(folder.metrics, seconds);
  const summary: RunSummary = {
    status,
    preset: config.preset,
    steps,
    ...main,
    device,
    parameters,
    starts: await readRunHistory(folder.history),
    ...(changes.length === 0 ? {} : { changes }),
    ...(baselineSeconds === undefined
      ? {}
      : { baseline: summarizeBaseline(main, await sumUp(folder.baselineMetrics, baselineSeconds)) }),
  };
  await writeRunSummary(folder.summary, summary, fileSystem);
  return summary;
}
