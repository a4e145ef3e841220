import type { ScoreRow } from "../score_row.ts";

/** Scores as a table: a row for each task, a column for each model and setting. */
export interface ScoreTable {
  /** Titles of the columns behind the task's, such as `step 200, sparse`. */
  readonly columns: readonly string[];
  /** A task, and its scores as text. */
  readonly rows: readonly { readonly task: string; readonly cells: readonly string[] }[];
}

/**
 * The scores of the last models of a run, side by side: of each model, mode and setting those of its last scored step.
 *
 * @param scores All scores of a run, in the order of their steps
 * @returns The table
 *
 * @example Two modes of a checkpoint
 * ```ts
 * import { scoreTable } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = { few_shot: 0, documents: 1838, all_documents: 1838, acc: 0.625, acc_stderr: 0.0113 };
 * const score = (step: number, mode: "dense" | "sparse") =>
 *   ({ step, role: "main", mode, task: "piqa", ...counts }) as const;
 * const { columns, rows } = scoreTable([score(100, "dense"), score(200, "dense"), score(200, "sparse")]);
 * assertEquals(columns, ["step 200, dense", "step 200, sparse"]);
 * assertEquals(rows[0], { task: "piqa", cells: ["62.5 ± 1.1", "62.5 ± 1.1"] });
 * ```
 */
export function scoreTable(scores: readonly ScoreRow[]): ScoreTable {
  const last = new Map<string, ScoreRow[]>();
  for (const row of scores) {
    const key = JSON.stringify([row.role, row.mode, row.few_shot, row.documents < row.all_documents]);
    const rows = last.get(key)?.filter(({ step }) => step === row.step) ?? [];
    last.set(key, [...rows, row]);
  }
  const groups = [...last.values()];
  const tasks = [...new Set(groups.flat().map(({ task }) => task))];
  return {
    columns: groups.map(([row]) => row === undefined ? "" : titleOf(row)),
    rows: tasks.map((task) => ({ task, cells: groups.map((rows) => cellOf(rows.find((row) => row.task === task))) })),
  };
}

function titleOf({ step, role, mode, few_shot, documents, all_documents }: ScoreRow): string {
  return [
    `step ${step}`,
    ...role === "baseline" ? ["dense twin"] : [mode],
    ...few_shot > 0 ? [`${few_shot} examples`] : [],
    ...documents < all_documents ? [`first ${documents} rows`] : [],
  ].join(", ");
}

function cellOf(row: ScoreRow | undefined): string {
  if (row === undefined) return "–";
  const plain = percent(row.acc, row.acc_stderr);
  return row.acc_norm === undefined ? plain : `${plain} · ${percent(row.acc_norm, row.acc_norm_stderr ?? null)}`;
}

function percent(value: number, error: number | null): string {
  return `${(100 * value).toFixed(1)} ± ${error === null ? "–" : (100 * error).toFixed(1)}`;
}
