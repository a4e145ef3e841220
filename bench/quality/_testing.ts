import type { ResultRow } from "./result_row.ts";

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
