import * as Plot from "@observablehq/plot";
import type { ChartSize } from "./_draw_chart.ts";
import { drawSvg } from "./_draw_svg.ts";
import { runColor } from "./compare_charts.ts";
import { reportColors } from "./report_style.ts";

/** Points of one kind in a figure. */
export interface FigureSeries {
  /** What they are, for the legend. */
  readonly label: string;
  /** Places, from left to right; a line goes through them. */
  readonly points: readonly FigurePoint[];
}

/** A point of a figure. */
export interface FigurePoint {
  readonly x: number;
  readonly y: number;
  /** Length of a bar up and down from it, such as a standard deviation. Default none. */
  readonly spread?: number;
  /** What stands beside it. Default nothing. */
  readonly label?: string;
}

/** What the axes of a figure count. */
export interface FigureAxes {
  readonly x: Plot.ScaleOptions;
  readonly y: Plot.ScaleOptions;
}

/** Distance of two lines of a legend in pixels. */
const legendStep = 17;

/**
 * Draws lines and points as a picture of its own: SVG with its colours in it, light and dark, for documents.
 *
 * @param series What is drawn, each in a colour of its own
 * @param axes What the axes count, in terms of Observable Plot
 * @param size Pixels, without those of the legend above
 */
export function svgFigure(series: readonly FigureSeries[], { x, y }: FigureAxes, size: ChartSize): string {
  // Above the frame, where nothing is drawn: the frame stays as high as without.
  const legend = legendStep * series.length;
  const svg = drawSvg({
    ...size,
    height: size.height + legend,
    marginLeft: 56,
    marginRight: 40,
    marginTop: 30 + legend,
    marginBottom: 44,
    // So that a point at the end of an axis is whole.
    inset: 6,
    x: { labelOffset: 38, nice: true, ticks: size.width / 80, ...x },
    y: { grid: true, nice: true, ticks: size.height / 45, ...y },
    marks: series.flatMap((one, index) => seriesMarks(one, runColor(index), (index - series.length) * legendStep)),
  });
  // As a file it is a document of its own, which must name its language and has no page around it.
  const style = `<style>${reportColors}svg { color: var(--text); background: var(--surface); }</style>`;
  return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ').replace("<style>", `${style}<style>`) + "\n";
}

/** What is drawn of a series, and its line of the legend at a distance from the upper edge of the frame. */
function seriesMarks({ label, points }: FigureSeries, color: string, dy: number): Plot.Markish[] {
  const bars = points.filter(({ spread = 0 }) => spread > 0);
  return [
    Plot.line(points, { x: "x", y: "y", stroke: color, strokeWidth: 2, clip: true }),
    Plot.ruleX(bars, { x: "x", y1: lowerEnd, y2: upperEnd, stroke: color, strokeWidth: 1.5 }),
    Plot.dot(points, { x: "x", y: "y", r: 3.5, fill: color, clip: true }),
    ...[false, true].map((isBelow) =>
      Plot.text(points.filter(({ label }, i) => label !== undefined && rises(points, i) === isBelow), {
        x: "x",
        y: "y",
        text: "label",
        dx: 6,
        dy: isBelow ? 8 : -8,
        textAnchor: "start",
        fill: "var(--muted)",
        fontSize: 11,
      })
    ),
    Plot.text([`● ${label}`], { frameAnchor: "top-right", dy, fill: color, fontSize: 12 }),
  ];
}

/** Whether the line goes up behind a point: then what stands beside the point stands below it. */
function rises(points: readonly FigurePoint[], index: number): boolean {
  const [here, next] = [points[index], points[index + 1]];
  return here !== undefined && next !== undefined && next.y > here.y;
}

function lowerEnd({ y, spread = 0 }: FigurePoint): number {
  return y - spread;
}

function upperEnd({ y, spread = 0 }: FigurePoint): number {
  return y + spread;
}
