import type { PhaseName } from "@beyond24/recipe";

/** A column of a metrics row. */
export interface MetricsColumn {
  /**
   * Its values: a step from 1, a phase, a finite number, or one that some steps do not measure and that is null there.
   */
  readonly kind: "step" | "phase" | "number" | "measured";
  /** What it is called wherever a person sees it. */
  readonly title: string;
  /** Which of several columns of this title. */
  readonly part?: string;
  /** Unit of the values as they are shown: those in percent are stored as fractions. */
  readonly unit?: string;
  /** What it means. */
  readonly sentence: string;
}

/**
 * The columns of a row of `metrics.jsonl`, in their order. A column stands here and nowhere else: the type of a row,
 * what is written, what is accepted when it is read, and what reports, pages and event files call it all follow from
 * it.
 */
export const metricsColumns = {
  step: { kind: "step", title: "Step", unit: "steps", sentence: "Optimizer steps done, this one included" },
  phase: { kind: "phase", title: "Phase", sentence: "How the feed-forward networks were computed" },
  loss: { kind: "number", title: "Training loss", unit: "nats per token", sentence: "Mean over the step's batch" },
  lr: {
    kind: "number",
    title: "Learning rate",
    sentence: "What the optimizer took: a linear warm-up, then a decay over all phases",
  },
  grad_norm: {
    kind: "number",
    title: "Gradient norm",
    sentence: "Length of the gradient of all weights together, before clipping",
  },
  tokens_per_second: {
    kind: "number",
    title: "Speed",
    unit: "tokens per second",
    sentence: "Tokens of the step by its time",
  },
  tokens_per_second_each: {
    kind: "measured",
    title: "Speed of a process",
    unit: "tokens per second",
    sentence: "The speed by the number of processes, each with a device, where there are several",
  },
  step_ms: {
    kind: "number",
    title: "Step time",
    unit: "milliseconds",
    sentence: "Forwards, backwards and the optimizer: the mean over the steps that were read from the device together",
  },
  waiting_ms: {
    kind: "measured",
    title: "Waiting for others",
    unit: "milliseconds",
    sentence: "Part of the step time in which rank 0 could only wait for other processes: communication not hidden",
  },
  mfu: {
    kind: "measured",
    title: "FLOP utilization",
    part: "dense-equivalent",
    unit: "percent",
    sentence: "FLOPs of a dense model, forward and backward, by the peak of all GPUs in that time (MFU)",
  },
  executed_mfu: {
    kind: "measured",
    title: "FLOP utilization",
    part: "executed",
    unit: "percent",
    sentence: "FLOPs that are multiplied, what is computed again included, by the same peak",
  },
  activation_sparsity: {
    kind: "measured",
    title: "Activation sparsity",
    unit: "percent",
    sentence: "Zeros in the hidden activations of the feed-forward networks, those left out included",
  },
  expert_load_min: {
    kind: "measured",
    title: "Expert load",
    part: "least",
    unit: "tokens",
    sentence: "Fewest tokens of an expert of a layer",
  },
  expert_load_mean: {
    kind: "measured",
    title: "Expert load",
    part: "mean",
    unit: "tokens",
    sentence: "Mean tokens of an expert of a layer",
  },
  expert_load_max: {
    kind: "measured",
    title: "Expert load",
    part: "most",
    unit: "tokens",
    sentence: "Most tokens of an expert of a layer",
  },
  energy_share: {
    kind: "measured",
    title: "Energy share",
    unit: "percent",
    sentence:
      "Activation energy that the chosen clusters hold, of all neurons or of the probes as the router sees it; the mean " +
      "over routed layers",
  },
  flip_rate: {
    kind: "measured",
    title: "Flip rate",
    unit: "percent",
    sentence: "Bits of the 2:4 masks of the weights that the step changed",
  },
  val_loss: {
    kind: "measured",
    title: "Validation loss",
    unit: "nats per token",
    sentence: "Mean over held-out text, which the model never trains on",
  },
  val_bits_per_byte: {
    kind: "measured",
    title: "Bits per byte",
    unit: "bits per byte",
    sentence: "The validation loss by the bytes of its text, which does not depend on the tokenizer",
  },
} as const satisfies Readonly<Record<string, MetricsColumn>>;

/** Name of a column. */
export type MetricsColumnName = keyof typeof metricsColumns;

/** The values of a column. */
export type MetricsValue<Kind extends MetricsColumn["kind"]> = Kind extends "phase" ? PhaseName
  : Kind extends "measured" ? number | null
  : number;

/** One line of `metrics.jsonl`: what a step measured, by the names of {@linkcode metricsColumns}. */
export type StepMetrics = {
  readonly [Name in MetricsColumnName]: MetricsValue<(typeof metricsColumns)[Name]["kind"]>;
};

/** Name of a column of numbers. */
export type NumberColumnName = Exclude<MetricsColumnName, "phase">;

const columns: readonly [name: string, column: MetricsColumn][] = Object.entries(metricsColumns);

/**
 * The line of `metrics.jsonl` of a step.
 *
 * @param row What the step measured; whatever is no column is left out
 * @returns JSON on a line, with its end
 *
 * @example Write a row
 * ```ts
 * import { encodeStepMetrics, type StepMetrics } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const row = { step: 7, phase: "dense" } as StepMetrics;
 * assertEquals(encodeStepMetrics(row), '{"step":7,"phase":"dense"}\n');
 * ```
 */
export function encodeStepMetrics(row: StepMetrics): string {
  return `${JSON.stringify(row, columns.map(([name]) => name))}\n`;
}

/**
 * Makes a row of a value of JSON. What an older program did not measure is null.
 *
 * @param value Any value
 * @returns The row, with exactly the columns that there are
 * @throws {SyntaxError} If it is not one, with a message of one line that can follow "as"
 *
 * @example Refuse what is no row
 * ```ts
 * import { decodeStepMetrics } from "@beyond24/run";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => decodeStepMetrics({ step: 0 }), SyntaxError, "its step must be a whole number from 1");
 * ```
 */
export function decodeStepMetrics(value: unknown): StepMetrics {
  if (typeof value !== "object" || value === null) throw new SyntaxError("it must be an object of JSON");
  const given = new Map(Object.entries(value));
  const row = Object.fromEntries(columns.map(([name]) => [name, given.get(name) ?? null]));
  checkRow(row);
  return row;
}

const forms = {
  step: "a whole number from 1",
  phase: "dense or sparse",
  number: "a number",
  measured: "a number or null",
};

function checkRow(row: Readonly<Record<string, unknown>>): asserts row is StepMetrics {
  for (const [name, { kind }] of columns) {
    if (accepts(kind, row[name])) continue;
    throw new SyntaxError(`its ${name} must be ${forms[kind]}`);
  }
}

function accepts(kind: MetricsColumn["kind"], value: unknown): boolean {
  if (kind === "phase") return value === "dense" || value === "sparse";
  if (kind === "measured" && value === null) return true;
  return typeof value === "number" && Number.isFinite(value) &&
    (kind !== "step" || (Number.isSafeInteger(value) && value > 0));
}
