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
/** Pixels of what stands beside a point, about. */
const labelWidth = 36;

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
  const near = labelWidth / size.width * widthOf(series);
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
    marks: series.flatMap((one, index) =>
      seriesMarks(one, { color: runColor(index), dy: (index - series.length) * legendStep, near })
    ),
  });
  // As a file it is a document of its own, which must name its language and has no page around it.
  const style = `<style>${reportColors}svg { color: var(--text); background: var(--surface); }</style>`;
  return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ').replace("<style>", `${style}<style>`) + "\n";
}

/** From the first point of all to the last. */
function widthOf(series: readonly FigureSeries[]): number {
  const places = series.flatMap(({ points }) => points.map(({ x }) => x));
  return Math.max(...places) - Math.min(...places);
}

/** How a series is drawn. */
interface SeriesStyle {
  readonly color: string;
  /** Distance of its line of the legend from the upper edge of the frame. */
  readonly dy: number;
  /** Points that are as far apart as a label is wide, in units of x. */
  readonly near: number;
}

/** What is drawn of a series, and its line of the legend. */
function seriesMarks({ label, points }: FigureSeries, { color, dy, near }: SeriesStyle): Plot.Markish[] {
  const bars = points.filter(({ spread = 0 }) => spread > 0);
  return [
    Plot.line(points, { x: "x", y: "y", stroke: color, strokeWidth: 2, clip: true }),
    Plot.ruleX(bars, { x: "x", y1: lowerEnd, y2: upperEnd, stroke: color, strokeWidth: 1.5 }),
    Plot.dot(points, { x: "x", y: "y", r: 3.5, fill: color, clip: true }),
    ...labelMarks(points, near),
    Plot.text([`● ${label}`], { frameAnchor: "top-right", dy, fill: color, fontSize: 12 }),
  ];
}

/** What stands beside the points, on the side where the line is not. */
function labelMarks(points: readonly FigurePoint[], near: number): Plot.Markish[] {
  const labelled = points.map((point, i) => {
    const isLeft = isCrowded(points, i, near);
    return { ...point, isLeft, isBelow: rises(points, i) !== isLeft };
  });
  return [-1, 1].flatMap((dx) =>
    [-1, 1].map((dy) =>
      Plot.text(labelled.filter(({ label, isLeft, isBelow }) => label && isLeft === dx < 0 && isBelow === dy > 0), {
        x: "x",
        y: "y",
        text: "label",
        dx: 6 * dx,
        dy: 8 * dy,
        textAnchor: dx < 0 ? "end" : "start",
        fill: "var(--muted)",
        fontSize: 11,
      })
    )
  );
}

/** Whether the next point is so near that what stands between the two would lie on what stands beside that one. */
function isCrowded(points: readonly FigurePoint[], index: number, near: number): boolean {
  const [here, next] = [points[index], points[index + 1]];
  return here !== undefined && next !== undefined && next.x - here.x < near;
}

/** Whether the line goes up behind a point. */
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
