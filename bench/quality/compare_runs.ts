import type { PhaseName } from "@beyond24/recipe";
import { studyName } from "./describe_mix.ts";
import { qualityRates, type QualityRun, qualityRuns, type RunName } from "./experiments.ts";
import type { ResultRow } from "./result_row.ts";
import { type CurvePoint, lossAt, type PairedTest, pairedTest, type Spread, spreadOf } from "./statistics.ts";
import { type TimedPhase, timedPhases } from "./step_times.ts";

/** How the runs of one name compare with their dense twins: those of the same size, length, corpus and seed. */
export interface RunComparison {
  readonly run: RunName;
  /** Validation losses of the paired seeds, in nats per token. */
  readonly loss: Spread;
  /** Those of the twins, of the same seeds. */
  readonly twinLoss: Spread;
  /** Training losses of all seeds. */
  readonly trainLoss: Spread;
  /** Differences of the pairs in bits per byte. */
  readonly bits: PairedTest;
  /** Relative differences of validation losses of the pairs: 0.01 is one percent worse. */
  readonly gap: Spread;
  /** The same of training losses, which are of the same batches where both have as many steps; n is 0 elsewhere. */
  readonly trainGap: Spread;
  /** Seconds of its steps by those of the twin's. */
  readonly time: Spread;
  /**
   * Seconds from start to end by those of the twin's, with clusterings, validations and checkpoints; n is 0 where
   * several ran at once, or another kind of device made one of them.
   */
  readonly wholeTime: Spread;
  /** Time of a sparse step by that of a dense one of the same timing; n is 0 where no step is sparse. */
  readonly stepTime: Spread;
  /**
   * The gap where the twin's curve is when the run ends. Its learning rate is still high there, which flatters the run;
   * n is 0 where the rate falls at the very end, when there is nothing to compare with.
   */
  readonly gapOnCurve: Spread;
  /**
   * The gap to dense runs that end when the run ends, interpolated between their lengths; n is 0 without such runs, one
   * of which takes three quarters of the other's time or more: losses fall along a curve that a straight line over a
   * longer way lies well above, which flatters the run.
   */
  readonly gapToShorter: Spread;
  /** The same by the time of whole runs, as {@linkcode RunComparison.wholeTime}. */
  readonly gapToShorterWhole: Spread;
}

/** The rows of one size and length. */
export interface Study {
  /** Its name: `23m`, `23m, 800 steps`. */
  readonly name: string;
  readonly rows: readonly ResultRow[];
}

/** Groups rows by what may be compared. */
export function studiesOf(rows: readonly ResultRow[]): Study[] {
  return [...Map.groupBy(rows, studyName)].map(([name, rows]) => ({ name, rows }));
}

/**
 * Compares the runs of a name with their twins.
 *
 * @returns The comparison; undefined when no row of the run has a twin
 */
export function compareRun(run: RunName, { rows }: Study): RunComparison | undefined {
  const pairs = rows.filter((row) => row.run === run).flatMap((row) => {
    const twin = twinOf(row, rows);
    return twin === undefined ? [] : [{ row, twin }];
  });
  if (pairs.length === 0) return undefined;
  const spread = (valueOf: (pair: (typeof pairs)[number]) => number | undefined) =>
    spreadOf(pairs.flatMap((pair) => valueOf(pair) ?? []));
  return {
    run,
    loss: spread(({ row }) => row.val_loss),
    twinLoss: spread(({ twin }) => twin.val_loss),
    trainLoss: spread(({ row }) => row.train_loss),
    bits: pairedTest(pairs.map(({ row, twin }) => row.bits_per_byte - twin.bits_per_byte)),
    gap: spread(({ row, twin }) => row.val_loss / twin.val_loss - 1),
    trainGap: spread(({ row, twin }) => row.steps === twin.steps ? row.train_loss / twin.train_loss - 1 : undefined),
    time: spread(({ row, twin }) => secondsOf(row, twin) / secondsOf(twin)),
    wholeTime: spread(({ row, twin }) => {
      const [whole, twins] = [wholeSeconds(row, twin), wholeSeconds(twin, twin)];
      return whole === undefined || twins === undefined ? undefined : whole / twins;
    }),
    stepTime: spread(({ row }) => {
      const phases = timedPhases(row);
      const sparse = firstOf("sparse", phases);
      return sparse && sparse / (firstOf("dense", phases) ?? NaN);
    }),
    gapOnCurve: spread(({ row, twin }) =>
      fallsAtTheEnd(twin) ? undefined : relative(row, lossAt(curveOf(twin), secondsOf(row, twin)))
    ),
    gapToShorter: spread(({ row, twin }) => relative(row, lossOfShorter(row, twin, rows, secondsOf))),
    gapToShorterWhole: spread(({ row, twin }) => relative(row, lossOfShorter(row, twin, rows, wholeSeconds))),
  };
}

/** The dense run of the same length that a run is held against. */
export function twinOf(row: ResultRow, rows: readonly ResultRow[]): ResultRow | undefined {
  return rows.find((other) => isWholeDense(other.run) && isTwin(row, other));
}

function isTwin(row: ResultRow, other: ResultRow): boolean {
  return other.seed === row.seed && other.corpus === row.corpus && other.validation_tokens === row.validation_tokens &&
    ratesOf(other) === ratesOf(row);
}

function fallsAtTheEnd({ settings }: ResultRow): boolean {
  return Number(settings["optimizer.decayRatio"] ?? 1) < 1;
}

/** What tells the learning rates of two runs apart; rows from before there was a choice have a cosine. */
function ratesOf({ settings }: ResultRow): string {
  return JSON.stringify(Object.entries(qualityRates.cosine).map(([key, value]) => settings[key] ?? value));
}

/**
 * The phases of a run on the twin's clock. Dense steps before any sparse one are the twin's own, so that what the
 * timings of two machines differ by is chance; all later steps, dense ones as well, are as much faster or slower as
 * they were beside these. Where they are too few for a time of their own, they have that of the longest dense phase.
 */
function phasesBeside(row: ResultRow, twin: ResultRow): TimedPhase[] {
  const { fewerNeurons = 1 }: QualityRun = qualityRuns[row.run];
  const phases = timedPhases(row);
  const [own = NaN, twins = NaN] = [phases, timedPhases(twin)].map((timed) => firstOf("dense", timed));
  const clock = fewerNeurons === 1 ? twins / own : 1;
  return phases.map((timed) => ({ ...timed, stepMs: clock * timed.stepMs }));
}

/** Time of the steps of the first phase of a kind. */
function firstOf(kind: PhaseName, phases: readonly TimedPhase[]): number | undefined {
  return phases.find(({ phase }) => phase === kind)?.stepMs;
}

/** Seconds of the steps of a run up to one of them, all by default, if they had the device to themselves. */
export function secondsOf(row: ResultRow, twin: ResultRow = row, end = Infinity): number {
  let [left, milliseconds] = [end, 0];
  for (const { steps, stepMs } of phasesBeside(row, twin)) {
    const taken = Math.min(left, steps);
    milliseconds += taken * stepMs;
    left -= taken;
  }
  return milliseconds / 1000;
}

/** Validation losses over the seconds of the steps until then. */
export function curveOf(row: ResultRow, twin: ResultRow = row): CurvePoint[] {
  return row.curve.map(([step, loss]) => ({ seconds: secondsOf(row, twin, step), loss }));
}

function relative(row: ResultRow, loss: number | undefined): number | undefined {
  return loss === undefined ? undefined : row.val_loss / loss - 1;
}

/** Whether times, the shorter first, are near enough for a loss to be read off a straight line between their runs. */
export function isNear(shorter: number, longer: number): boolean {
  return shorter >= 0.75 * longer;
}

/** Seconds of a run from start to end, if it had the device to itself and one of the twin's kind. */
function wholeSeconds(row: ResultRow, twin: ResultRow): number | undefined {
  return row.device === twin.device && row.runs_at_once === 1 ? row.wall_seconds : undefined;
}

/** The loss that a dense run would end with which ends when a run does, by one of two clocks. */
function lossOfShorter(
  row: ResultRow,
  twin: ResultRow,
  rows: readonly ResultRow[],
  clock: (row: ResultRow, twin: ResultRow) => number | undefined,
): number | undefined {
  const seconds = clock(row, twin);
  if (isFullDense(row.run) || seconds === undefined) return undefined;
  const ends = rows.filter((other) => isTwin(row, other) && isFullDense(other.run))
    .map((other) => ({ seconds: clock(other, twin) ?? NaN, loss: other.val_loss }))
    .toSorted((a, b) => a.seconds - b.seconds);
  const before = ends.findLast((end) => end.seconds <= seconds);
  const after = ends.find((end) => end.seconds >= seconds);
  if (before === undefined || after === undefined || !isNear(before.seconds, after.seconds)) return undefined;
  return before === after ? before.loss : lossAt([before, after], seconds);
}

/** Whether a run is dense, with all neurons and all steps. */
export function isWholeDense(run: RunName): boolean {
  const { length = 1 }: QualityRun = qualityRuns[run];
  return isFullDense(run) && length === 1;
}

/** Whether a run is dense, with all neurons. */
function isFullDense(run: RunName): boolean {
  const { plan, fewerNeurons = 1 }: QualityRun = qualityRuns[run];
  return plan === "dense" && fewerNeurons === 1;
}
