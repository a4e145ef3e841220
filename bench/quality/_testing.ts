import { taskNames, tasks } from "@beyond24/evaluation";
import type { ScoreRow } from "@beyond24/run";
import type { ResultRow } from "./result_row.ts";

/** Scores on all tasks for tests: the same share of 100 documents each. */
export function testScores(share: number): ScoreRow[] {
  const of = { step: 100, role: "main", mode: "dense", few_shot: 0, documents: 100, all_documents: 100 } as const;
  return taskNames.map((task) => ({
    ...of,
    task,
    acc: share,
    acc_stderr: 0.05,
    ...(tasks[task].metrics.includes("acc_norm") ? { acc_norm: share + 0.01, acc_norm_stderr: 0.04 } : {}),
  }));
}

/** A row of results for tests, with what a test is about set. */
export function testRow(values: Partial<ResultRow>): ResultRow {
  const { val_loss = 1 } = values;
  return {
    format: "beyond24-quality-1",
    size: "23m",
    run: "dense",
    seed: 1,
    study_steps: 100,
    is_shorter: false,
    steps: 100,
    recipe: "dense:100",
    settings: {},
    revisions: ["0123456789abcdef"],
    device: "a device",
    corpus: "a corpus",
    date: "2026-01-31T12:00:00.000Z",
    parameters: 1000,
    tokens: 100,
    epochs: 0.5,
    validation_tokens: 10,
    train_loss: val_loss,
    val_loss,
    bits_per_byte: val_loss / Math.LN2,
    step_ms: { dense: 10, sparse: null },
    phases: [],
    runs_at_once: 1,
    wall_seconds: 1,
    curve: [[50, 2 * val_loss], [100, val_loss]],
    ...values,
  };
}
