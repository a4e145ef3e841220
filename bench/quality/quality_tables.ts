import { formatChange, formatCount, formatDuration, formatLarge } from "@beyond24/run";
import { type QualityBar, qualityBars } from "./bars.ts";
import { compareRun, isWholeDense, type RunComparison, type Study } from "./compare_runs.ts";
import { describeMix } from "./describe_mix.ts";
import { describeOlder } from "./describe_older.ts";
import { type QualityRun, qualityRuns, type QualityTable, qualityTables, type RunName } from "./experiments.ts";
import { isRunName, timedSteps } from "./jobs.ts";
import type { ResultRow } from "./result_row.ts";
import { markdownTable, wrapItem } from "./markdown.ts";
import { scoreSection } from "./score_table.ts";
import { qualitySizes } from "./sizes.ts";
import { meanAbove, type Spread } from "./statistics.ts";
import { isTimedInRun } from "./step_times.ts";

/** What stands where nothing was measured. */
const none = "";

/** All tables of a study as Markdown. */
export function studySection(study: Study): string {
  const shown = new Set<RunName>();
  const tables = Object.values(qualityTables).flatMap((table: QualityTable) => tableSection(table, study, shown));
  return [`### ${study.name}`, provenance(study), ...scoreSection(study), ...tables].join("\n\n");
}

/** A table with a row for each of its runs that was measured; none when tables before it have shown them all. */
function tableSection(table: QualityTable, study: Study, shown: Set<RunName>): string[] {
  const runs = Object.keys(table.rows).filter(isRunName);
  const compared = runs.flatMap((run) => compareRun(run, study) ?? []);
  if (!compared.some(({ run }) => !isWholeDense(run) && !shown.has(run))) return [];
  for (const { run } of compared) shown.add(run);
  const missing = runs.filter((run) => !compared.some((comparison) => comparison.run === run));
  return [
    `#### ${table.title}`,
    markdownTable(
      [...head, ...(table.paperColumn === undefined ? [] : [table.paperColumn])],
      compared.map((comparison) => [
        ...cells(comparison),
        ...(table.paperColumn === undefined ? [] : [table.rows[comparison.run] ?? none]),
      ]),
    ),
    ...(missing.length === 0 ? [] : [wrapItem(`Not run: ${missing.map((run) => `\`${run}\``).join(", ")}.`)]),
  ];
}

const head = [
  "run",
  "validation loss",
  "twins' loss",
  "gap",
  "pairs",
  "p",
  "bits per byte",
  "training gap",
  "sparse step",
  "all steps",
  "whole run",
  "equal time: curve",
  "equal time: ended",
  "equal time: whole run",
];

function cells(
  { run, loss, twinLoss, gap, bits, trainGap, stepTime, time, wholeTime, ...gaps }: RunComparison,
): string[] {
  const { label }: QualityRun = qualityRuns[run];
  if (isWholeDense(run)) {
    return [label, losses(loss), none, none, String(gap.n), none, none, none, none, "1x", "1x", none, none, none];
  }
  return [
    label,
    losses(loss),
    losses(twinLoss),
    changes(gap),
    String(gap.n),
    probability(bits.p),
    signed(bits),
    changes(trainGap),
    times(stepTime),
    times(time),
    times(wholeTime),
    changes(gaps.gapOnCurve),
    changes(gaps.gapToShorter),
    changes(gaps.gapToShorterWhole),
  ];
}

function losses({ mean, deviation, n }: Spread): string {
  return `${mean.toFixed(4)}${n < 2 ? "" : ` ± ${deviation.toFixed(4)}`}`;
}

/** Relative changes in percent, with their standard deviation. */
export function changes({ mean, deviation, n }: Spread): string {
  if (n === 0) return none;
  return `${formatChange(mean)}${n < 2 ? "" : ` ± ${(100 * deviation).toFixed(2)}`}`;
}

function signed({ mean, deviation, n }: Spread): string {
  const sign = mean < 0 ? "−" : "+";
  return `${sign}${Math.abs(mean).toFixed(4)}${n < 2 ? "" : ` ± ${deviation.toFixed(4)}`}`;
}

function probability(p: number): string {
  if (Number.isNaN(p)) return none;
  return p < 0.001 ? "< 0.001" : p > 0.999 ? "> 0.999" : p.toFixed(3);
}

function times({ mean, n }: Spread): string {
  return n === 0 ? none : `${mean.toFixed(2)}x`;
}

/** What the rows of a study are of. */
function provenance(study: Study): string {
  const { rows } = study;
  const [first] = rows.filter(({ run }) => run === "dense");
  const sample = first ?? rows[0];
  if (sample === undefined) return "";
  const lines = [
    `${formatCount(sample.parameters)} parameters, ${formatCount(sample.study_steps)} steps, ` +
    `${formatLarge(sample.tokens)} tokens (${sample.epochs.toFixed(2)} epochs), validation over ` +
    `${formatCount(sample.validation_tokens)} tokens.` +
    (sample.is_shorter ? " A shorter study than the size has." : ""),
    `${list(rows, ({ device }) => device)}; revision ${list(rows, revisionOf)}; corpus ${
      list(rows, ({ corpus }) => corpus.slice(0, 12))
    }; ${dates(rows)}; ${formatCount(rows.length)} runs, ${
      formatDuration(rows.reduce((sum, { wall_seconds }) => sum + wall_seconds, 0))
    } of them all.`,
    timesNote(rows),
    ...describeMix(rows).map((line) => `**Mixed:** ${line}.`),
    ...describeOlder(rows).map((line) => `**Of an older preset:** ${line}.`),
  ];
  return lines.map((line) => wrapItem(`- ${line}`)).join("\n");
}

/** What the times of steps of these rows are medians of: one rule, whatever the length of a run. */
function timesNote(rows: readonly ResultRow[]): string {
  const { dense, sparse } = timedSteps;
  const inRun = `every phase of the run, or the longest of its kind where it has few, with the device to itself`;
  const before = `at least ${dense} dense and ${sparse} sparse steps that were timed alone before`;
  const rule = "Times of steps are medians";
  if (rows.every(isTimedInRun)) return `${rule} over ${inRun}.`;
  if (!rows.some(isTimedInRun)) return `${rule} over ${before}.`;
  return `${rule} over ${inRun}; of ${
    list(rows.filter((row) => !isTimedInRun(row)), ({ run, seed }) => `${run}.seed${seed}`)
  } ` +
    `over ${before}.`;
}

function revisionOf({ revisions }: ResultRow): string {
  return revisions.map((hash) => hash.slice(0, 10)).join(" + ") || "unknown";
}

function list(rows: readonly ResultRow[], valueOf: (row: ResultRow) => string): string {
  return [...new Set(rows.map(valueOf))].join(", ");
}

function dates(rows: readonly ResultRow[]): string {
  const days = [...new Set(rows.map(({ date }) => date.slice(0, 10)))].toSorted();
  return days.length > 1 ? `${days[0]} to ${days.at(-1)}` : days[0] ?? "";
}

/** Whether each bar is met, a line of Markdown each. */
export function barLines(studies: readonly Study[]): string {
  return qualityBars.map((bar) => wrapItem(`- ${describeBar(bar, studies)}`)).join("\n");
}

const gapAt: Readonly<Record<QualityBar["at"], (comparison: RunComparison) => Spread>> = {
  "steps": ({ gap }) => gap,
  "time of steps": ({ gapToShorter }) => gapToShorter,
  "time of whole runs": ({ gapToShorterWhole }) => gapToShorterWhole,
};

function describeBar({ size, run, at, gap: most, seeds }: QualityBar, studies: readonly Study[]): string {
  const study = studies.find(({ name }) => name === size);
  const comparison = study && compareRun(run, study);
  const gap = comparison && gapAt[at](comparison);
  const what = `${size}, ${label(run)}: a gap of at most ${(100 * most).toFixed(1)} % at equal ${at}, ${seeds} pairs`;
  if (gap === undefined || gap.n === 0) return `${what}: **not measured**.`;
  const verdict = gap.mean > most ? "**missed**" : gap.n < seeds ? "below it, with **too few pairs**" : "met";
  const chance = gap.n < 2 ? "" : `; one-sided t-test that it lies above: p = ${probability(meanAbove(gap, most).p)}`;
  return `${what}: ${changes(gap)} (${gap.n} ${gap.n === 1 ? "pair" : "pairs"}${chance}), ${verdict}.`;
}

function label(run: RunName): string {
  const { label }: QualityRun = qualityRuns[run];
  return label;
}

/** Sizes in the order of the table, largest last; whole studies before shorter ones. */
export function inOrder(studies: readonly Study[]): Study[] {
  const sizes = Object.keys(qualitySizes);
  const place = ({ rows: [row] }: Study) => sizes.indexOf(row?.size ?? "") + (row?.is_shorter ? sizes.length : 0);
  return studies.toSorted((a, b) => place(a) - place(b));
}
