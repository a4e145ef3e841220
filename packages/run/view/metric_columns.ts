import type { StepMetrics } from "../step_metrics.ts";

/** A column of a row of metrics that is a number. */
export type MetricName = Exclude<keyof StepMetrics, "step" | "phase">;

/** What a column is called wherever a person sees it. */
export interface MetricColumn {
  /** Its name. */
  readonly title: string;
  /** Which of several columns of this name. */
  readonly part?: string;
  /** Unit of the values as they are shown; fractions are shown in percent. */
  readonly unit: string;
  /** What it measures, as a sentence. */
  readonly meaning: string;
}

const expertLoad = { title: "Expert load", unit: "tokens" };

/**
 * Names, units and meanings of the columns of `metrics.jsonl`: reports, pages and event files take them from here.
 *
 * @example Label an axis
 * ```ts
 * import { metricColumns } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const { title, unit } = metricColumns.val_loss;
 * assertEquals(`${title} (${unit})`, "Validation loss (nats per token)");
 * ```
 */
export const metricColumns: Readonly<Record<MetricName, MetricColumn>> = {
  loss: {
    title: "Training loss",
    unit: "nats per token",
    meaning: "Mean over the tokens of the step's batch.",
  },
  val_loss: {
    title: "Validation loss",
    unit: "nats per token",
    meaning: "Mean over held-out text, which the model never trains on.",
  },
  lr: {
    title: "Learning rate",
    unit: "",
    meaning: "What the optimizer took: a linear warm-up, then a cosine over all phases.",
  },
  grad_norm: {
    title: "Gradient norm",
    unit: "",
    meaning: "Length of the gradient of all weights together, before clipping.",
  },
  tokens_per_second: {
    title: "Speed",
    unit: "tokens per second",
    meaning: "Tokens of a step by its time.",
  },
  step_ms: {
    title: "Step time",
    unit: "milliseconds",
    meaning: "Forwards, backwards and the optimizer; no validation, no checkpoint.",
  },
  activation_sparsity: {
    title: "Activation sparsity",
    unit: "percent",
    meaning: "Zeros among the hidden activations of the feed-forward networks.",
  },
  expert_load_min: {
    ...expertLoad,
    part: "least",
    meaning: "Tokens of the expert that got the fewest in a step, over all layers.",
  },
  expert_load_mean: {
    ...expertLoad,
    part: "mean",
    meaning: "Tokens of an expert in a step, on average.",
  },
  expert_load_max: {
    ...expertLoad,
    part: "most",
    meaning: "Tokens of the expert that got the most in a step, over all layers.",
  },
  flip_rate: {
    title: "Flip rate",
    unit: "percent",
    meaning: "Bits of the 2:4 masks of the weights that changed since the step before.",
  },
};
