import * as v from "valibot";

/** A finite number: JSON can also write one that is too large for a double. */
const finite = v.pipe(v.number(), v.finite());
const amount = v.pipe(finite, v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What a start of a run must be like. */
export const runStartSchema = v.object({
  time: v.string(),
  step: count,
  command: v.string(),
  revision: v.nullable(v.string()),
  versions: v.record(v.string(), v.string()),
  device: v.string(),
});

/** What the steps of a phase must be like. */
export const phaseSchema = v.object({
  phase: v.picklist(["dense", "sparse"]),
  steps: count,
  mean_step_ms: amount,
  median_step_ms: amount,
});

const model = {
  train_loss: v.nullable(finite),
  val_loss: v.nullable(finite),
  // Summaries of older programs have none.
  val_bits_per_byte: v.optional(v.nullable(finite), null),
  val_perplexity: v.optional(v.nullable(finite), null),
  wall_seconds: amount,
  phases: v.array(phaseSchema),
  tokens: amount,
};

const change = v.object({ step: count, key: v.string(), before: v.unknown(), after: v.unknown() });

/** What a summary must be like. */
export const runSummarySchema = v.object({
  ...model,
  status: v.picklist(["finished", "interrupted"]),
  steps: count,
  preset: v.string(),
  device: v.string(),
  parameters: count,
  changes: v.exactOptional(v.array(change)),
  starts: v.exactOptional(v.array(runStartSchema)),
  baseline: v.exactOptional(v.object({
    ...model,
    speedup: v.nullable(finite),
    sparse_step_speedup: v.nullable(finite),
    relative_val_loss: v.nullable(finite),
  })),
});

const share = v.pipe(finite, v.minValue(0), v.maxValue(1));
const deviation = v.nullable(amount);

/** What a row of scores must be like. */
export const scoreRowSchema = v.object({
  step: count,
  role: v.picklist(["main", "baseline"]),
  mode: v.picklist(["dense", "sparse"]),
  task: v.string(),
  few_shot: count,
  documents: count,
  all_documents: count,
  acc: share,
  acc_stderr: deviation,
  acc_norm: v.exactOptional(share),
  acc_norm_stderr: v.exactOptional(deviation),
});
