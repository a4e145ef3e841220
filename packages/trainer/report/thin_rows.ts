import type { StepMetrics } from "@beyond24/run";

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

/**
 * Every point replaced by a mean of it and its neighbours, with weights that fall off over `reach` points to both sides, so
 * that the line does not lag behind.
 */
export function smooth(points: readonly PlotPoint[], reach: number): PlotPoint[] {
  return points.map(({ step }, index) => {
    // Fewer neighbours on one side would pull the line to the other, so both sides take as many.
    const near = Math.min(reach, index, points.length - 1 - index);
    let sum = 0;
    let weights = 0;
    for (let offset = -near; offset <= near; offset++) {
      const weight = 1 - Math.abs(offset) / (near + 1);
      sum += weight * (points[index + offset]?.value ?? NaN);
      weights += weight;
    }
    return { step, value: sum / weights };
  });
}
