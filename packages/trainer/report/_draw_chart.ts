import * as Plot from "@observablehq/plot";
import type { Recipe } from "@beyond24/recipe";
import type { StepMetrics } from "@beyond24/run";
import { drawSvg } from "./_draw_svg.ts";
import { phaseRegions } from "./phase_regions.ts";

/** What the charts show. */
export interface ChartData {
  /** Steps of the model. */
  readonly rows: readonly StepMetrics[];
  /** Steps of its dense twin; empty without one. */
  readonly twin: readonly StepMetrics[];
  /** Dense and sparse steps. */
  readonly recipe: Recipe;
}

/** Size of a drawing in pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** Draws marks over steps, on ground that is shaded where steps are sparse. */
export function drawChart(data: ChartData, size: ChartSize, y: Plot.ScaleOptions, marks: Plot.Markish[]): string {
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
