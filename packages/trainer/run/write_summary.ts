import {
  readMetrics,
  type RunChange,
  type RunConfig,
  type RunFolder,
  type RunSummary,
  summarizeBaseline,
  summarizeModel,
  writeAtomically,
} from "@beyond24/run";

/** What the files of a run do not say. */
export interface SummaryFacts {
  /** Whether all steps are done. */
  readonly status: RunSummary["status"];
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
 * @returns The summary
 */
export async function writeSummary(folder: RunFolder, config: RunConfig, facts: SummaryFacts): Promise<RunSummary> {
  const { status, device, parameters, seconds, changes, baselineSeconds } = facts;
  const { recipe, train: { batchSize, microBatches }, model: { sequenceLength } } = config;
  const shared = { recipe, tokensPerStep: batchSize * microBatches * sequenceLength };
  const rows = await readMetrics(folder.metrics);
  const main = summarizeModel(rows, { ...shared, seconds });
  const about = { device, parameters, ...(changes.length === 0 ? {} : { changes }) };
  const summary: RunSummary = { status, preset: config.preset, steps: rows.length, ...main, ...about };
  const whole = baselineSeconds === undefined ? summary : {
    ...summary,
    baseline: summarizeBaseline(
      main,
      summarizeModel(await readMetrics(folder.baselineMetrics), { ...shared, seconds: baselineSeconds }),
    ),
  };
  await writeAtomically(folder.summary, JSON.stringify(whole, null, 2) + "\n");
  return whole;
}
