import { phaseSpans, type Recipe } from "@beyond24/recipe";
import type { NumberColumnName, StepMetrics } from "@beyond24/run";

/** A point of a line. */
export interface PlotPoint {
  /** The step. */
  readonly step: number;
  /** The value; NaN is a gap in the line. */
  readonly value: number;
  /** Which line: one ends where a phase does, and where steps are missing. */
  readonly line: number;
}

/** Steps in a row that are drawn as one point. */
export interface Bucket {
  /** Index of the first row. */
  readonly from: number;
  /** Index behind the last row. */
  readonly to: number;
  /** Which line. */
  readonly line: number;
}

/** How many points a line has at most, about. */
export const mostPoints = 500;

/** Steps of each point when so many rows are drawn. */
export function stepsOfPoint(rows: number, most: number = mostPoints): number {
  return Math.max(1, Math.ceil(rows / most));
}

/** Cuts rows into buckets, none of which reaches over the border of a phase or over a hole. */
export function cutRows(rows: readonly StepMetrics[], recipe: Recipe, most: number = mostPoints): Bucket[] {
  const width = stepsOfPoint(rows.length, most);
  const borders = new Set(phaseSpans(recipe).map(({ end }) => end));
  const buckets: Bucket[] = [];
  let from = 0;
  let line = 0;
  for (const [index, { step }] of rows.entries()) {
    const next = rows[index + 1]?.step;
    const isEnd = borders.has(step) || next !== step + 1;
    if (index + 1 - from < width && !isEnd) continue;
    buckets.push({ from, to: index + 1, line });
    from = index + 1;
    if (isEnd) line++;
  }
  return buckets;
}

/** What a bucket of values is drawn as. */
export type Reduce = (values: readonly number[]) => number;

/** The mean of values. */
export const mean: Reduce = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The least of values. */
export const least: Reduce = (values) => Math.min(...values);
/** The greatest of values. */
export const most: Reduce = (values) => Math.max(...values);

/**
 * A column as points: of each bucket what `reduce` says, at the middle of its steps. Buckets without a value are gaps.
 */
export function columnPoints(
  rows: readonly StepMetrics[],
  buckets: readonly Bucket[],
  name: NumberColumnName,
  reduce: Reduce = mean,
): PlotPoint[] {
  return buckets.map(({ from, to, line }) => {
    const bucket = rows.slice(from, to);
    const values = bucket.map((row) => row[name]).filter((value) => typeof value === "number");
    return { step: mean(bucket.map(({ step }) => step)), value: values.length === 0 ? NaN : reduce(values), line };
  });
}

/** Values that each step has, as points: of each bucket the last one, at its step. */
export function lastPoints(
  rows: readonly StepMetrics[],
  buckets: readonly Bucket[],
  values: readonly (number | null)[],
): PlotPoint[] {
  return buckets.map(({ to, line }) => ({ step: rows[to - 1]?.step ?? NaN, value: values[to - 1] ?? NaN, line }));
}

/** The same points in percent. */
export function inPercent(points: readonly PlotPoint[]): PlotPoint[] {
  return points.map((point) => ({ ...point, value: 100 * point.value }));
}

/** The greatest value; one that an axis can end at when there is none. */
export function highest(points: readonly PlotPoint[]): number {
  return points.reduce((top, { value }) => value > top ? value : top, 1e-9);
}
