import * as Plot from "@observablehq/plot";
import { laterRange, metricsColumns, smoothLosses, type StepMetrics } from "@beyond24/run";
import type { ChartSize } from "./_draw_chart.ts";
import { drawSvg } from "./_draw_svg.ts";
import { columnPoints, cutRows, lastPoints, type PlotPoint } from "./plot_points.ts";
import type { ReportData } from "./report_data.ts";
import { mostDots } from "./step_charts.ts";

/** What the horizontal axis counts: the place of a step on it. */
export interface Axis {
  /** Unit of the places. */
  readonly label: string;
  /** Places of all steps of a run. */
  readonly places: (rows: readonly StepMetrics[]) => number[];
}

/** Steps done. */
export const overSteps: Axis = { label: "step", places: (rows) => rows.map(({ step }) => step) };

/** Seconds of the steps until then: validation and checkpoints do not count. */
export const overTime: Axis = {
  label: "seconds of steps",
  places: (rows) => {
    let seconds = 0;
    return rows.map(({ step_ms }) => seconds += step_ms / 1000);
  },
};

/** Colour of a run by its place in the list. */
export function runColor(index: number): string {
  return `var(--run-${index % runColors})`;
}

/** Colours that the style has; further runs take them again. */
export const runColors = 8;

const xy = { x: "step", y: "value", z: "line" } as const;

/** Smoothed training losses as lines and validation losses as rings, on an axis that follows the later steps. */
export function comparedLossChart(runs: readonly ReportData[], axis: Axis, size: ChartSize): string {
  const drawn = runs.map(({ rows, config: { recipe } }) => {
    const places = axis.places(rows);
    const buckets = cutRows(rows, recipe);
    const lines = lastPoints(rows, buckets, smoothLosses(rows, recipe)).map((point, index) => ({
      ...point,
      step: places[(buckets[index]?.to ?? 1) - 1] ?? NaN,
    }));
    const rings = rows.flatMap(({ val_loss }, index): PlotPoint[] =>
      typeof val_loss === "number" ? [{ step: places[index] ?? NaN, value: val_loss, line: 0 }] : []
    );
    return { lines, rings };
  });
  const ranges = drawn.flatMap(({ lines, rings }) => [rangeOf(lines), rangeOf(rings)]).filter((range) =>
    range !== undefined
  );
  const domain = [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
  return draw(runs, axis, size, { label: metricsColumns.loss.unit, ...(ranges.length > 0 ? { domain } : {}) }, [
    ...drawn.map(({ lines }, index) =>
      Plot.line(lines, { ...xy, stroke: runColor(index), strokeWidth: 2, clip: true })
    ),
    ...drawn.map(({ rings }, index) =>
      Plot.dot(rings, { ...xy, r: 4, fill: "var(--surface)", stroke: runColor(index), strokeWidth: 2, clip: true })
    ),
  ]);
}

/** Times of steps as dots. */
export function comparedTimeChart(runs: readonly ReportData[], size: ChartSize): string {
  const times = runs.flatMap(({ rows }) => rows.map(({ step_ms }) => step_ms)).sort((a, b) => a - b);
  const top = (times[Math.floor(times.length * 0.97)] ?? 1) * 1.25;
  return draw(runs, overSteps, size, { label: metricsColumns.step_ms.unit, domain: [0, top], clamp: true }, [
    ...runs.map(({ rows, config: { recipe } }, index) =>
      Plot.dot(columnPoints(rows, cutRows(rows, recipe, mostDots), "step_ms"), {
        ...xy,
        r: 1.6,
        fill: runColor(index),
        fillOpacity: 0.5,
      })
    ),
  ]);
}

function rangeOf(points: readonly PlotPoint[]): [number, number] | undefined {
  return laterRange(points.map(({ step }) => step), [points.map(({ value }) => value)]);
}

function draw(
  runs: readonly ReportData[],
  { label, places }: Axis,
  size: ChartSize,
  y: Plot.ScaleOptions,
  marks: Plot.Markish[],
): string {
  const end = Math.max(1e-9, ...runs.map(({ rows }) => places(rows).at(-1) ?? 0));
  return drawSvg({
    ...size,
    marginLeft: 48,
    marginRight: 12,
    marginTop: 30,
    marginBottom: 42,
    // A little more than the last step, so that its ring is whole.
    x: { domain: [0, 1.01 * end], label, labelOffset: 38, ticks: size.width / 80 },
    y: { grid: true, nice: true, ticks: size.height / 45, ...y },
    marks,
  });
}
