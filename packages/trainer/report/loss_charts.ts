import * as Plot from "@observablehq/plot";
import { laterRange, metricsColumns, smoothLosses, type StepMetrics } from "@beyond24/run";
import { type ChartData, type ChartSize, drawChart } from "./_draw_chart.ts";
import { columnPoints, cutRows, highest, lastPoints, type PlotPoint } from "./plot_points.ts";

const xy = { x: "step", y: "value", z: "line" } as const;

/** Training loss, validation loss, and the twin's, on an axis that follows the later steps. */
export function lossChart(data: ChartData, size: ChartSize): string {
  const line = (rows: readonly StepMetrics[], stroke: string) => {
    const buckets = cutRows(rows, data.recipe);
    const smoothed = lastPoints(rows, buckets, smoothLosses(rows, data.recipe));
    return [
      Plot.line(columnPoints(rows, buckets, "loss"), {
        ...xy,
        stroke,
        strokeOpacity: 0.28,
        strokeWidth: 1,
        clip: true,
      }),
      Plot.line(smoothed, { ...xy, stroke, strokeWidth: 2, clip: true }),
    ];
  };
  const validations = (rows: readonly StepMetrics[], stroke: string) =>
    Plot.dot(validationPoints(rows), { ...xy, r: 4.5, fill: "var(--surface)", stroke, strokeWidth: 2, clip: true });
  const domain = lossRange(data);
  return drawChart(data, size, { label: metricsColumns.loss.unit, ...(domain === undefined ? {} : { domain }) }, [
    ...line(data.twin, "var(--twin)"),
    ...line(data.rows, "var(--main)"),
    validations(data.twin, "var(--twin)"),
    validations(data.rows, "var(--main)"),
  ]);
}

/** The losses that {@linkcode lossChart} has room for; undefined without steps. */
export function lossRange({ rows, twin, recipe }: ChartData): [number, number] | undefined {
  const ranges = [rows, twin].flatMap((track) => [
    rangeOf(columnPoints(track, cutRows(track, recipe), "loss")),
    rangeOf(validationPoints(track)),
  ]).filter((range) => range !== undefined);
  if (ranges.length === 0) return undefined;
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}

function rangeOf(points: readonly PlotPoint[]): [number, number] | undefined {
  return laterRange(points.map(({ step }) => step), [points.map(({ value }) => value)]);
}

/** Smoothed training loss relative to the twin's, in percent; a jump at a switch may leave the picture. */
export function gapChart(data: ChartData, size: ChartSize): string {
  const gaps = gapPoints(data);
  const { low, high } = gapRange(gaps);
  return drawChart(data, size, { label: "percent above dense", domain: [low, high] }, [
    Plot.ruleY([0], { stroke: "var(--twin)", strokeWidth: 1.5 }),
    Plot.line(gaps, { ...xy, stroke: "var(--main)", strokeWidth: 2, clip: true }),
  ]);
}

/** The gap of the step at which it was widest, in percent, if that lies outside of the picture. */
export function gapOutside(data: ChartData): number | undefined {
  const gaps = gapPoints(data);
  const { high } = gapRange(gaps);
  const widest = highest(gaps);
  return widest > high ? widest : undefined;
}

function gapPoints({ rows, twin, recipe }: ChartData): PlotPoint[] {
  const theirs = smoothLosses(twin, recipe);
  const atStep = new Map(twin.map(({ step }, index) => [step, theirs[index]]));
  const gaps = smoothLosses(rows, recipe).map((ours, index) => {
    const other = atStep.get(rows[index]?.step ?? NaN);
    return ours === null || typeof other !== "number" ? null : 100 * (ours / other - 1);
  });
  return lastPoints(rows, cutRows(rows, recipe), gaps);
}

/** All but the widest few of the gaps: one step after a switch may be tens of percent away. */
function gapRange(points: readonly PlotPoint[]): { low: number; high: number } {
  const values = points.map(({ value }) => value).filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0;
  const [low, high] = [Math.min(0, at(0.02)), Math.max(0, at(0.98))];
  return low < high ? { low, high } : { low: low - 1, high: high + 1 };
}

function validationPoints(rows: readonly StepMetrics[]): PlotPoint[] {
  return rows.flatMap(({ step, val_loss }) => typeof val_loss === "number" ? [{ step, value: val_loss, line: 0 }] : []);
}
