import type { PhaseName, Recipe } from "@beyond24/recipe";
import type { ScoreRow } from "@beyond24/run";
import { decodeStepMetrics, type StepMetrics } from "@beyond24/run/step-metrics";

/** What the page needs of `config.json`. */
export interface RunFacts {
  readonly preset: string;
  readonly recipe: Recipe;
  readonly steps: number;
  readonly parameters: string;
}

/** What the page needs of `summary.json`. */
export interface RunResult {
  readonly status: string;
  /** Steps done when it was written. */
  readonly steps: number;
  readonly device: string;
  readonly wallSeconds: number | null;
  readonly parameters: number | null;
}

/** Reads `config.json`; what is missing or strange becomes empty, as any program may have written the folder. */
export function readFacts(config: unknown): RunFacts {
  const { preset, recipe, model, train } = asObject(config);
  const phases = Array.isArray(recipe) ? recipe.map(asObject) : [];
  const { layers, dModel, dFfn } = asObject(model);
  const read = phases.map(({ phase, steps }) => ({ phase: asPhase(phase), steps: asCount(steps) }));
  return {
    preset: typeof preset === "string" ? preset : "run",
    recipe: read,
    steps: asCount(asObject(train)["steps"]) || read.reduce((sum, { steps }) => sum + steps, 0),
    parameters: `${layers ?? "?"} ${layers === 1 ? "layer" : "layers"} of ${dModel ?? "?"} features, ${
      dFfn ?? "?"
    } neurons`,
  };
}

/** Reads `summary.json`. */
export function readResult(summary: unknown): RunResult {
  const { status, steps, device, wall_seconds, parameters } = asObject(summary);
  return {
    status: typeof status === "string" ? status : "unknown",
    steps: asCount(steps),
    device: typeof device === "string" ? device : "",
    wallSeconds: asNumber(wall_seconds),
    parameters: asNumber(parameters),
  };
}

/** Reads lines of `metrics.jsonl`; a line that is no row is passed over. */
export function readRows(rows: unknown): StepMetrics[] {
  return Array.isArray(rows) ? rows.flatMap(readRow) : [];
}

function readRow(value: unknown): StepMetrics[] {
  try {
    return [decodeStepMetrics(value)];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Reads lines of `scores.jsonl`; a line that is no score is passed over. */
export function readScores(rows: unknown): ScoreRow[] {
  return Array.isArray(rows) ? rows.flatMap(readScore) : [];
}

function readScore(value: unknown): ScoreRow[] {
  const row = asObject(value);
  const [acc, accNorm] = [asNumber(row.acc), asNumber(row.acc_norm)];
  if (typeof row.task !== "string" || acc === null) return [];
  return [{
    step: asCount(row.step),
    role: row.role === "baseline" ? "baseline" : "main",
    mode: asPhase(row.mode),
    task: row.task,
    few_shot: asCount(row.few_shot),
    documents: asCount(row.documents),
    all_documents: asCount(row.all_documents),
    acc,
    acc_stderr: asNumber(row.acc_stderr),
    ...(accNorm === null ? {} : { acc_norm: accNorm, acc_norm_stderr: asNumber(row.acc_norm_stderr) }),
  }];
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function asCount(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function asPhase(value: unknown): PhaseName {
  return value === "sparse" ? "sparse" : "dense";
}
