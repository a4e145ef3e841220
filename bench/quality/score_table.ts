import { type TaskName, taskNames, tasks } from "@beyond24/evaluation";
import type { ScoreRow } from "@beyond24/run";
import { compareRun, type Study } from "./compare_runs.ts";
import { paperScores, type QualityRun, qualityRuns, type RunName } from "./experiments.ts";
import { markdownTable, wrapItem } from "./markdown.ts";
import type { ResultRow } from "./result_row.ts";

/** What guessing scores: one by the choices of a question, of which a few of ARC have three or five. */
const guessing: Readonly<Record<TaskName, number>> = {
  arc_easy: 1 / 4,
  arc_challenge: 1 / 4,
  piqa: 1 / 2,
  openbookqa: 1 / 4,
  hellaswag: 1 / 4,
  winogrande: 1 / 2,
};

/** A score with its standard error; shares. */
interface Score {
  readonly value: number;
  readonly error: number;
}

/** Loss and scores of a study's runs side by side, as the paper's Table 2 has them; nothing where none was scored. */
export function scoreSection(study: Study): string[] {
  const scored = study.rows.filter(({ scores }) => scores !== undefined)
    .toSorted((a, b) => place(a.run) - place(b.run) || a.seed - b.seed);
  if (scored.length === 0) return [];
  const head = [
    "run",
    "speed-up",
    "training loss",
    "validation loss",
    "bits per byte",
    ...taskNames.map((task) => `${task}, ${tasks[task].quoted}`),
    "mean",
  ];
  const rows = [
    ...scored.map((row) => [labelOf(row, study), ...lossCells(row, study), ...scoreCells(row)]),
    ["guessing", "", "", "", "", ...taskNames.map((task) => percent(guessing[task])), percent(mean(guessing))],
    ...paperScores.map(({ label, speedUp, loss, scores }) => [
      label,
      speedUp,
      loss,
      "",
      "",
      ...taskNames.map((task) => percent(scores[task])),
      percent(mean(scores)),
    ]),
  ];
  return [
    "#### Loss and scores on six tasks (the paper's Table 2)",
    wrapItem(
      "Percent ± standard error over the documents of the task, without solved examples before a question; the error " +
        "does not say how far other seeds lie.",
    ),
    markdownTable(head, rows),
    ...notes(scored),
  ];
}

function place(run: RunName): number {
  return Object.keys(qualityRuns).indexOf(run);
}

function labelOf({ run, seed }: ResultRow, { rows }: Study): string {
  const { label }: QualityRun = qualityRuns[run];
  return new Set(rows.map((row) => row.seed)).size === 1 ? label : `${label}, seed ${seed}`;
}

function lossCells({ run, train_loss, val_loss, bits_per_byte }: ResultRow, study: Study): string[] {
  const time = compareRun(run, study)?.time.mean;
  const losses = [train_loss, val_loss, bits_per_byte].map((value) => value.toFixed(4));
  return [time === undefined ? "" : `${(1 / time).toFixed(2)}x`, ...losses];
}

function scoreCells({ scores = [] }: ResultRow): string[] {
  const found = taskNames.map((task) => scoreOf(task, scores));
  const cells = found.map((score) => score === undefined ? "" : `${percent(score.value)} ± ${percent(score.error)}`);
  const whole = found.flatMap((score) => score ?? []);
  if (whole.length < taskNames.length) return [...cells, ""];
  const value = whole.reduce((sum, { value }) => sum + value, 0) / whole.length;
  const error = Math.hypot(...whole.map(({ error }) => error)) / whole.length;
  return [...cells, `${percent(value)} ± ${percent(error)}`];
}

/** The score of a task that is quoted most. */
function scoreOf(name: TaskName, scores: readonly ScoreRow[]): Score | undefined {
  const row = scores.find(({ task }) => task === name);
  const { quoted } = tasks[name];
  const [value, error] = [row?.[quoted], row?.[`${quoted}_stderr`]];
  return value === undefined ? undefined : { value, error: error ?? NaN };
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function mean(shares: Readonly<Record<TaskName, number>>): number {
  return taskNames.reduce((sum, task) => sum + shares[task], 0) / taskNames.length;
}

/** What the scores say: which are no more than guessing, and of which tasks not all documents were scored. */
function notes(rows: readonly ResultRow[]): string[] {
  const scoresOf = (task: TaskName) => rows.flatMap(({ scores = [] }) => scoreOf(task, scores) ?? []);
  const isNear = (task: TaskName) => ({ value, error }: Score) => value - guessing[task] <= 2 * error;
  const near = taskNames.filter((task) => scoresOf(task).some(isNear(task)));
  const part = taskNames.filter((task) =>
    rows.some(({ scores = [] }) => scores.some((row) => row.task === task && row.documents < row.all_documents))
  );
  return [
    ...(near.length === 0 ? [] : [
      wrapItem(
        `**Near chance**: on ${
          near.join(", ")
        } some run is not two standard errors above guessing. Models of this size ` +
          "and length are told apart by their losses, not by these scores.",
      ),
    ]),
    ...(part.length === 0 ? [] : [wrapItem(`Not all documents were scored of ${part.join(", ")}.`)]),
  ];
}
