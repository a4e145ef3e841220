import { modelPresets } from "@beyond24/recipe";
import { applyConfig, type ConfigValues, didYouMean, presetConfig, UsageError } from "@beyond24/run";
import {
  planVariants,
  qualityRates,
  type QualityRun,
  qualityRuns,
  type QualityTable,
  qualityTables,
  type RunName,
} from "./experiments.ts";
import { type RowSparsity, rowSparsity } from "./row_sparsity.ts";
import { type QualitySize, qualitySizes, type SizeName } from "./sizes.ts";

/** One run to be made: a way to train, at a size, from a seed. */
export interface QualityJob {
  readonly size: SizeName;
  readonly run: RunName;
  readonly seed: number;
  /** Steps of the dense run that it is held against; fewer than those of the size in a shorter study. */
  readonly steps: number;
}

/** What is asked for. */
export interface JobChoice {
  readonly sizes: readonly SizeName[];
  readonly seeds: readonly number[];
  /** Names of tables and of their rows, such as `table3` and `table4/paper-67`; all of them when there are none. */
  readonly only: readonly string[];
  /** Steps in place of those of the size. */
  readonly steps?: number;
}

/** Points of the curve of validation losses. */
export const validations = 20;
/** Checkpoints of a run. */
const checkpoints = 4;

/**
 * The runs that tables need, each once: seed by seed, so that what has come first is whole.
 *
 * @throws {UsageError} If there is no table or row of a name
 */
export function chooseJobs({ sizes, seeds, only, steps }: JobChoice): QualityJob[] {
  const runs = new Set(only.length === 0 ? Object.keys(qualityTables).flatMap(namedRuns) : only.flatMap(namedRuns));
  return sizes.flatMap((size) =>
    seeds.flatMap((seed) => [...runs].map((run) => ({ size, run, seed, steps: steps ?? qualitySizes[size].steps })))
  );
}

/** The parts of `table3` or `table3/w1`. */
function partsOf(name: string): string[] {
  const parts = name.split("/");
  if (parts.length <= 2 && parts.every((part) => part !== "")) return parts;
  throw new UsageError(
    `Cannot use --only as each must be a table, or a table and a row of it: current value is ${name || "nothing"}; ` +
      "name them as in table3,table4/paper-67",
  );
}

/** The runs of `table3` or `table3/w1`; the dense run that the row is held against comes with it. */
function namedRuns(name: string): RunName[] {
  const [tableName = "", row] = partsOf(name);
  const tables: Readonly<Record<string, QualityTable>> = qualityTables;
  const table = Object.hasOwn(tables, tableName) ? tables[tableName] : undefined;
  if (table === undefined) refuse("table", tableName, Object.keys(tables));
  const names = Object.keys(table.rows).filter(isRunName);
  if (row === undefined) return names;
  const found = names.find((other) => other === row);
  if (found === undefined) refuse(`row of ${tableName}`, row, names);
  const { rate }: QualityRun = qualityRuns[found];
  return [...new Set<RunName>([rate === "stable" ? "dense-stable" : "dense", found])];
}

/** Whether there is a run of this name. */
export function isRunName(name: string): name is RunName {
  return Object.hasOwn(qualityRuns, name);
}

function refuse(kind: string, name: string, names: readonly string[]): never {
  throw new UsageError(
    `Cannot find ${kind} ${name} as it must be one of ${names.join(", ")}${didYouMean(name, names)}`,
  );
}

/** Steps of a job itself: a shorter dense run has a part of them. */
export function stepsOf({ run, steps }: QualityJob): number {
  const { length = 1 }: QualityRun = qualityRuns[run];
  return Math.max(1, Math.round(steps * length));
}

/** Name of a job, and of its files: `23m/paper-50.seed1`, in a shorter study `23m/paper-50.seed1.steps800`. */
export function jobName(job: QualityJob): string {
  return nameOf(job, job.steps !== qualitySizes[job.size].steps);
}

/** Name of a job that is said to be of a whole or a shorter study, as {@linkcode jobName}. */
export function nameOf({ size, run, seed, steps }: QualityJob, isShorter: boolean): string {
  return `${size}/${run}.seed${seed}${isShorter ? `.steps${steps}` : ""}`;
}

/** Dense and sparse steps of a job, as `train` reads them; the dense warm-up is as long a part as in a whole run. */
export function recipeOf(job: QualityJob): string {
  const { sparseUntil }: QualityRun = qualityRuns[job.run];
  const size = qualitySizes[job.size];
  const steps = stepsOf(job);
  const warmup = Math.min(Math.max(1, Math.round(size.denseWarmup * steps / size.steps)), steps);
  const end = Math.max(warmup, Math.round(steps * sparseUntil));
  if (sparseUntil === 0 || end === warmup) return `dense:${steps}`;
  return [`dense:${warmup}`, `sparse:${end - warmup}`, ...(end < steps ? [`dense:${steps - end}`] : [])].join(",");
}

/** What is set of the configuration of every run of a size and a plan. */
function sharedValues({ size: name, run, seed }: QualityJob): ConfigValues {
  const size: QualitySize = qualitySizes[name];
  const { plan, fewerNeurons = 1, rate, variant }: QualityRun = qualityRuns[run];
  return {
    ...size.values,
    ...(plan === "beyond" ? size.beyond : {}),
    ...(variant === undefined ? {} : planVariants[variant]),
    "sparsity.plan": plan,
    "train.seed": seed,
    "train.batchSize": size.batchSize,
    "model.sequenceLength": size.sequenceLength,
    "train.readEvery": 10,
    "train.keepCheckpoints": 1,
    ...(fewerNeurons === 1 ? {} : { "model.dFfn": neuronsOf(size) / fewerNeurons }),
    ...qualityRates[rate],
    ...(rate === "stable" && size.decayRatio !== undefined ? { "optimizer.decayRatio": size.decayRatio } : {}),
  };
}

function neuronsOf({ preset, values }: QualitySize): number {
  return Number(values["model.dFfn"] ?? modelPresets[preset].dFfn);
}

/** What is set of the configuration of a job, over the preset of its size. */
export function jobValues(job: QualityJob): ConfigValues {
  const size = qualitySizes[job.size];
  const steps = stepsOf(job);
  return {
    ...sharedValues(job),
    "recipe": recipeOf(job),
    "optimizer.warmupSteps": Math.min(steps, Math.max(1, Math.round(size.rateWarmup * steps / size.steps))),
    "train.evaluateEvery": Math.max(1, Math.floor(steps / validations)),
    "train.validationTokens": qualitySizes[job.size].validationTokens,
    "train.checkpointEvery": Math.max(1, Math.ceil(steps / checkpoints)),
  };
}

/** How sparse steps of a job are computed, with the presets as they are now; undefined where it has none. */
export function sparsityOf(job: QualityJob): RowSparsity | undefined {
  if (!recipeOf(job).includes("sparse")) return undefined;
  return rowSparsity(applyConfig(presetConfig(qualitySizes[job.size].preset), sharedValues(job), jobName(job)));
}

/** Tokens of a step. */
export function tokensPerStep(size: SizeName): number {
  const { batchSize, sequenceLength } = qualitySizes[size];
  return batchSize * sequenceLength;
}

/** Batches of a validation. */
export function validationBatches(size: SizeName): number {
  return Math.ceil(qualitySizes[size].validationTokens / tokensPerStep(size));
}

/** Steps of each kind in the run that only measures times. */
export const timedSteps = { dense: 40, sparse: 60 };

/** What decides how long a step of a size takes. */
export function networkOf({ run }: QualityJob): Required<Pick<QualityRun, "plan" | "fewerNeurons">> {
  const { plan, fewerNeurons = 1 }: QualityRun = qualityRuns[run];
  return { plan, fewerNeurons };
}

/** Name of all jobs that take equally long a step: those of a size with one plan, its variant and as many neurons. */
export function timingName(job: QualityJob): string {
  const { plan, fewerNeurons } = networkOf(job);
  const { variant }: QualityRun = qualityRuns[job.run];
  return [
    `${job.size}/${plan}`,
    ...(variant === undefined ? [] : [variant]),
    ...(fewerNeurons === 1 ? [] : [`f${fewerNeurons}`]),
  ].join("-");
}

/** What is set of the configuration of the short run that measures times of steps, which has a device to itself. */
export function timingValues(job: QualityJob): ConfigValues {
  const { dense, sparse } = timedSteps;
  const isDense = networkOf(job).plan === "dense";
  return {
    ...sharedValues(job),
    "recipe": `dense:${dense}${isDense ? "" : `,sparse:${sparse}`}`,
    "optimizer.warmupSteps": 1,
    "train.evaluateEvery": 0,
    "train.validationTokens": 1,
    "train.checkpointEvery": dense + sparse,
  };
}
