import * as Plot from "@observablehq/plot";
import type { Phase } from "@beyond24/recipe";
import type { StepMetrics } from "@beyond24/run";
import { phaseRegions } from "./phase_regions.ts";
import { drawSvg } from "./_draw_svg.ts";
import { type PlotPoint, smooth, thinRows } from "./thin_rows.ts";

/** What the charts show. */
export interface ChartData {
  /** Steps of the model. */
  readonly rows: readonly StepMetrics[];
  /** Steps of its dense twin; empty without one. */
  readonly twin: readonly StepMetrics[];
  /** Dense and sparse steps. */
  readonly recipe: readonly Phase[];
}

/** Size of a drawing in pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

const xy = { x: "step", y: "value" } as const;

/** Training loss, validation loss, and the twin's. */
export function lossChart(data: ChartData, size: ChartSize): string {
  const line = (rows: readonly StepMetrics[], color: string) => {
    const points = thinRows(rows, "loss");
    return [
      Plot.line(points, { ...xy, stroke: color, strokeOpacity: 0.28, strokeWidth: 1 }),
      Plot.line(smooth(points, Math.ceil(points.length / 40)), { ...xy, stroke: color, strokeWidth: 2 }),
    ];
  };
  const validations = (rows: readonly StepMetrics[], color: string) =>
    Plot.dot(validationPoints(rows), { ...xy, r: 4.5, fill: "var(--surface)", stroke: color, strokeWidth: 2 });
  return draw(data, size, { label: "nats per token" }, [
    ...line(data.twin, "var(--twin)"),
    ...line(data.rows, "var(--main)"),
    validations(data.twin, "var(--twin)"),
    validations(data.rows, "var(--main)"),
  ]);
}

/** Smoothed training loss relative to the twin's, in percent. */
export function gapChart(data: ChartData, size: ChartSize): string {
  const reach = Math.ceil(Math.min(500, data.rows.length) / 20);
  const ours = smooth(thinRows(data.rows, "loss"), reach);
  const theirs = smooth(thinRows(data.twin, "loss"), reach);
  const gap = ours.map(({ step, value }, index) => ({
    step,
    value: 100 * (value / (theirs[index]?.value ?? NaN) - 1),
  }));
  return draw(data, size, { label: "percent above dense" }, [
    Plot.ruleY([0], { stroke: "var(--twin)", strokeWidth: 1.5 }),
    Plot.line(gap, { ...xy, stroke: "var(--main)", strokeWidth: 2 }),
  ]);
}

/** Time of every step, and the median of each phase. */
export function stepTimeChart(data: ChartData, size: ChartSize): string {
  const dots = (rows: readonly StepMetrics[], color: string) =>
    Plot.dot(thinRows(rows, "step_ms", 300), { ...xy, r: 1.6, fill: color, fillOpacity: 0.45 });
  const medians = (rows: readonly StepMetrics[], color: string) =>
    Plot.ruleY(phaseMedians(rows, data.recipe), {
      x1: "from",
      x2: "to",
      y: "median",
      stroke: color,
      strokeWidth: 2.5,
    });
  // The first steps compile code; a few slow ones must not squeeze the others together.
  const times = [...data.rows, ...data.twin].map(({ step_ms }) => step_ms).sort((a, b) => a - b);
  const top = (times[Math.floor(times.length * 0.97)] ?? 1) * 1.25;
  return draw(data, size, { label: "milliseconds", domain: [0, top], clamp: true }, [
    dots(data.twin, "var(--twin)"),
    dots(data.rows, "var(--main)"),
    medians(data.twin, "var(--twin)"),
    medians(data.rows, "var(--main)"),
  ]);
}

/** Tokens of the least, the mean and the most loaded expert. */
export function expertLoadChart(data: ChartData, size: ChartSize): string {
  const least = thinRows(data.rows, "expert_load_min");
  const most = thinRows(data.rows, "expert_load_max");
  const band = least.map(({ step, value }, index) => ({ step, least: value, most: most[index]?.value ?? NaN }));
  return draw(data, size, { label: "tokens", domain: [0, highest(most)] }, [
    Plot.areaY(band, { x: "step", y1: "least", y2: "most", fill: "var(--main)", fillOpacity: 0.22 }),
    Plot.line(least, { ...xy, stroke: "var(--main)", strokeWidth: 1 }),
    Plot.line(most, { ...xy, stroke: "var(--main)", strokeWidth: 1 }),
    Plot.line(thinRows(data.rows, "expert_load_mean"), { ...xy, stroke: "var(--text)", strokeDasharray: "4 3" }),
  ]);
}

/** Fraction of zeros in the hidden activations. */
export function sparsityChart(data: ChartData, size: ChartSize): string {
  return draw(data, size, { label: "percent zeros", domain: [0, 100] }, [
    Plot.line(percent(thinRows(data.twin, "activation_sparsity")), { ...xy, stroke: "var(--twin)", strokeWidth: 1.5 }),
    Plot.line(percent(thinRows(data.rows, "activation_sparsity")), { ...xy, stroke: "var(--main)", strokeWidth: 2 }),
  ]);
}

/** Fraction of mask bits that changed from step to step. */
export function flipRateChart(data: ChartData, size: ChartSize): string {
  const points = percent(thinRows(data.rows, "flip_rate"));
  return draw(data, size, { label: "percent of mask bits", domain: [0, highest(points)] }, [
    Plot.line(points, { ...xy, stroke: "var(--main)", strokeWidth: 2 }),
  ]);
}

/** Norm of the gradient before clipping. */
export function gradientChart(data: ChartData, size: ChartSize): string {
  return draw(data, size, { label: "norm", type: "log", ticks: 4, tickFormat: "~g" }, [
    Plot.line(thinRows(data.twin, "grad_norm"), { ...xy, stroke: "var(--twin)", strokeWidth: 1.2 }),
    Plot.line(thinRows(data.rows, "grad_norm"), { ...xy, stroke: "var(--main)", strokeWidth: 1.5 }),
  ]);
}

/** Learning rate. */
export function learningRateChart(data: ChartData, size: ChartSize): string {
  const points = thinRows(data.rows, "lr");
  return draw(data, size, { label: "learning rate", domain: [0, highest(points)] }, [
    Plot.line(points, { ...xy, stroke: "var(--main)", strokeWidth: 2 }),
  ]);
}

function draw(data: ChartData, size: ChartSize, y: Plot.ScaleOptions, marks: Plot.Markish[]): string {
  const steps = Math.max(1, data.rows.at(-1)?.step ?? 1);
  const regions = phaseRegions(data.recipe, steps);
  return drawSvg({
    ...size,
    marginLeft: 48,
    marginRight: 12,
    marginTop: 30,
    marginBottom: 42,
    x: {
      domain: [0.5, steps + 0.5],
      label: "step",
      labelOffset: 38,
      ticks: Math.min(steps, size.width / 80),
      tickFormat: "d",
    },
    y: { grid: true, nice: true, ticks: size.height / 45, ...y },
    marks: [
      Plot.rect(regions.filter(({ phase }) => phase === "sparse"), { x1: "from", x2: "to", fill: "var(--sparse)" }),
      Plot.text(regions.filter(({ from, to }) => (to - from) / steps > 0.09), {
        x: ({ from, to }) => (from + to) / 2,
        text: "phase",
        frameAnchor: "top",
        dy: -14,
        fill: "var(--muted)",
      }),
      ...marks,
    ],
  });
}

function validationPoints(rows: readonly StepMetrics[]): PlotPoint[] {
  return rows.flatMap(({ step, val_loss }) => typeof val_loss === "number" ? [{ step, value: val_loss }] : []);
}

function phaseMedians(rows: readonly StepMetrics[], recipe: readonly Phase[]) {
  return phaseRegions(recipe, rows.at(-1)?.step ?? 0).map(({ from, to }) => {
    const times = rows.filter(({ step }) => step > from && step < to).map(({ step_ms }) => step_ms);
    return { from, to, median: times.sort((a, b) => a - b)[times.length >> 1] };
  });
}

function percent(points: readonly PlotPoint[]): PlotPoint[] {
  return points.map(({ step, value }) => ({ step, value: 100 * value }));
}

function highest(points: readonly PlotPoint[]): number {
  return Math.max(1e-9, ...points.map(({ value }) => value).filter(Number.isFinite));
}
