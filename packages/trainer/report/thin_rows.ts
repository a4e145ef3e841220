import type { StepMetrics } from "../run/step_metrics.ts";

type NumberKey = {
  [Key in keyof StepMetrics]: StepMetrics[Key] extends number | null ? Key : never;
}[keyof StepMetrics];

/** A point of a line. */
export interface PlotPoint {
  /** The step. */
  readonly step: number;
  /** The value. */
  readonly value: number;
}

/**
 * The values of a column as at most `most` points: of many steps in a row the mean. Steps without a value leave a gap,
 * marked by a NaN.
 */
export function thinRows(rows: readonly StepMetrics[], key: NumberKey, most = 500): PlotPoint[] {
  const width = Math.max(1, Math.ceil(rows.length / most));
  const points: PlotPoint[] = [];
  for (let start = 0; start < rows.length; start += width) {
    const bucket = rows.slice(start, start + width);
    const values = bucket.map((row) => row[key]).filter((value) => typeof value === "number");
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    points.push({ step: mean(bucket.map(({ step }) => step)), value: values.length === 0 ? NaN : mean(values) });
  }
  return points;
}

/** Every point replaced by an exponential mean of it and those before, over about `span` points. */
export function smooth(points: readonly PlotPoint[], span: number): PlotPoint[] {
  const keep = 1 - 1 / Math.max(1, span);
  let sum = 0;
  let weight = 0;
  return points.map(({ step, value }) => {
    sum = keep * sum + value;
    weight = keep * weight + 1;
    return { step, value: sum / weight };
  });
}
