import * as Plot from "@observablehq/plot";
import { metricsColumns, type NumberColumnName, type StepMetrics, summarizePhases } from "@beyond24/run";
import { type ChartData, type ChartSize, drawChart } from "./_draw_chart.ts";
import { phaseRegions } from "./phase_regions.ts";
import { columnPoints, cutRows, highest, inPercent, least, most, type Reduce } from "./plot_points.ts";

const xy = { x: "step", y: "value", z: "line" } as const;

/** Dots of the chart of step times, about. */
export const mostDots = 300;

/** Time of every step, and the median of each phase. */
export function stepTimeChart(data: ChartData, size: ChartSize): string {
  const dots = (rows: readonly StepMetrics[], fill: string) =>
    Plot.dot(columnPoints(rows, cutRows(rows, data.recipe, mostDots), "step_ms"), {
      ...xy,
      r: 1.6,
      fill,
      fillOpacity: 0.45,
    });
  const medians = (rows: readonly StepMetrics[], stroke: string) =>
    Plot.ruleY(phaseMedians(rows, data), { x1: "from", x2: "to", y: "median", stroke, strokeWidth: 2.5 });
  return drawChart(data, size, { label: metricsColumns.step_ms.unit, domain: [0, longestStep(data)], clamp: true }, [
    dots(data.twin, "var(--twin)"),
    dots(data.rows, "var(--main)"),
    medians(data.twin, "var(--twin)"),
    medians(data.rows, "var(--main)"),
  ]);
}

/** Where the axis of step times ends: the first steps compile code, and must not squeeze the others together. */
export function longestStep({ rows, twin }: ChartData): number {
  const times = [...rows, ...twin].map(({ step_ms }) => step_ms).sort((a, b) => a - b);
  return (times[Math.floor(times.length * 0.97)] ?? 1) * 1.25;
}

/** Tokens of the least, the mean and the most loaded expert. */
export function expertLoadChart(data: ChartData, size: ChartSize): string {
  const buckets = cutRows(data.rows, data.recipe);
  const points = (name: NumberColumnName, reduce?: Reduce) => columnPoints(data.rows, buckets, name, reduce);
  const bottom = points("expert_load_min", least);
  const top = points("expert_load_max", most);
  const band = bottom.map((point, index) => ({ ...point, top: top[index]?.value ?? NaN }));
  return drawChart(data, size, { label: metricsColumns.expert_load_mean.unit, domain: [0, highest(top)] }, [
    Plot.areaY(band, { x: "step", y1: "value", y2: "top", z: "line", fill: "var(--main)", fillOpacity: 0.22 }),
    Plot.line(bottom, { ...xy, stroke: "var(--main)", strokeWidth: 1 }),
    Plot.line(top, { ...xy, stroke: "var(--main)", strokeWidth: 1 }),
    Plot.line(points("expert_load_mean"), { ...xy, stroke: "var(--text)", strokeDasharray: "4 3" }),
  ]);
}

/** Fraction of zeros in the hidden activations. */
export function sparsityChart(data: ChartData, size: ChartSize): string {
  const line = (rows: readonly StepMetrics[], stroke: string, strokeWidth: number) =>
    Plot.line(inPercent(columnPoints(rows, cutRows(rows, data.recipe), "activation_sparsity")), {
      ...xy,
      stroke,
      strokeWidth,
    });
  return drawChart(data, size, { label: metricsColumns.activation_sparsity.unit, domain: [0, 100] }, [
    line(data.twin, "var(--twin)", 1.5),
    line(data.rows, "var(--main)", 2),
  ]);
}

/** Fraction of the activation energy that the chosen clusters hold. */
export function energyShareChart(data: ChartData, size: ChartSize): string {
  const points = inPercent(columnPoints(data.rows, cutRows(data.rows, data.recipe), "energy_share"));
  return drawChart(data, size, { label: metricsColumns.energy_share.unit, domain: [0, 100] }, [
    Plot.line(points, { ...xy, stroke: "var(--main)", strokeWidth: 2 }),
  ]);
}

/** Fraction of mask bits that changed from step to step. */
export function flipRateChart(data: ChartData, size: ChartSize): string {
  const points = inPercent(columnPoints(data.rows, cutRows(data.rows, data.recipe), "flip_rate"));
  return drawChart(data, size, { label: metricsColumns.flip_rate.unit, domain: [0, highest(points)] }, [
    Plot.line(points, { ...xy, stroke: "var(--main)", strokeWidth: 2 }),
  ]);
}

/** FLOPs by the peak of the GPUs: dense-equivalent ones, and thin those that were executed. */
export function utilizationChart(data: ChartData, size: ChartSize): string {
  const buckets = cutRows(data.rows, data.recipe);
  const points = (name: NumberColumnName) => inPercent(columnPoints(data.rows, buckets, name));
  const [equivalent, executed] = [points("mfu"), points("executed_mfu")];
  const top = highest([...equivalent, ...executed]);
  return drawChart(data, size, { label: metricsColumns.mfu.unit, domain: [0, top] }, [
    Plot.line(executed, { ...xy, stroke: "var(--text)", strokeDasharray: "4 3" }),
    Plot.line(equivalent, { ...xy, stroke: "var(--main)", strokeWidth: 2 }),
  ]);
}

/** Time in which communication was not hidden, of every step. */
export function waitingChart(data: ChartData, size: ChartSize): string {
  const line = (rows: readonly StepMetrics[], stroke: string, strokeWidth: number) => {
    const points = columnPoints(rows, cutRows(rows, data.recipe), "waiting_ms");
    return { points, mark: Plot.line(points, { ...xy, stroke, strokeWidth, clip: true }) };
  };
  const [twin, main] = [line(data.twin, "var(--twin)", 1.2), line(data.rows, "var(--main)", 1.5)];
  const domain = [0, highest([...twin.points, ...main.points])];
  return drawChart(data, size, { label: metricsColumns.waiting_ms.unit, domain }, [twin.mark, main.mark]);
}

/** Norm of the gradient before clipping. */
export function gradientChart(data: ChartData, size: ChartSize): string {
  const line = (rows: readonly StepMetrics[], stroke: string, strokeWidth: number) =>
    Plot.line(columnPoints(rows, cutRows(rows, data.recipe), "grad_norm"), { ...xy, stroke, strokeWidth });
  return drawChart(data, size, { label: "norm", type: "log", ticks: 4, tickFormat: "~g" }, [
    line(data.twin, "var(--twin)", 1.2),
    line(data.rows, "var(--main)", 1.5),
  ]);
}

/** Learning rate. */
export function learningRateChart(data: ChartData, size: ChartSize): string {
  const points = columnPoints(data.rows, cutRows(data.rows, data.recipe), "lr");
  return drawChart(data, size, { label: "rate", domain: [0, highest(points)] }, [
    Plot.line(points, { ...xy, stroke: "var(--main)", strokeWidth: 2 }),
  ]);
}

function phaseMedians(rows: readonly StepMetrics[], { recipe }: ChartData) {
  return phaseRegions(recipe, rows.at(-1)?.step ?? 0).map(({ from, to }) => {
    const inside = rows.filter(({ step }) => step > from && step < to);
    return { from, to, median: summarizePhases(inside, recipe)[0]?.median_step_ms };
  });
}
