import type { PhaseSpan } from "@beyond24/recipe";
import { laterRange } from "@beyond24/run/view";
import uPlot from "uplot";
import { color, onSchemeChange } from "./color.ts";
import { phaseShading } from "./phase_shading.ts";

/** One line of a chart. */
export interface ChartLine {
  /** Its name under the pointer; empty keeps quiet about it. */
  readonly name: string;
  /** Variable of the style sheet. */
  readonly color: string;
  /** Width in pixels; 0 draws rings instead of a line. Default 2. */
  readonly width?: number;
  /** Opacity. Default 1. */
  readonly alpha?: number;
  /** Dashes and gaps in pixels. */
  readonly dash?: number[];
}

/** What a chart shows. */
export interface LineChartOptions {
  readonly lines: readonly ChartLine[];
  /** Writes a value that lies under the pointer. */
  readonly format: (value: number) => string;
  /** Writes a value of the vertical axis. Default: as `format`. */
  readonly label?: (value: number) => string;
  /** Two lines, by index, between which the ground is coloured: upper first. */
  readonly band?: readonly [number, number];
  /** Where the vertical axis begins. Default: at the smallest value. */
  readonly from?: number;
  /** The vertical axis follows the later steps: of the beginning it may leave something out. Default false. */
  readonly isLater?: boolean;
  /** Hears what lies under the pointer. */
  readonly onRead?: (text: string) => void;
}

/** Lines over steps, on ground shaded by phase. It follows the size of its place and the colours of the page. */
export class LineChart {
  readonly #host: HTMLElement;
  readonly #options: LineChartOptions;
  #data: uPlot.AlignedData = [[]];
  #spans: readonly PhaseSpan[] = [];
  #chart: uPlot | undefined;
  #isDue = false;

  /** Draws into an element. */
  constructor(host: HTMLElement, options: LineChartOptions) {
    this.#host = host;
    this.#options = options;
    this.#data = [[], ...options.lines.map(() => [])];
    new ResizeObserver(() => this.#resize()).observe(host);
    onSchemeChange(() => this.#build());
    this.#build();
  }

  /** Sets the phases, which also say how far the horizontal axis goes. */
  setSpans(spans: readonly PhaseSpan[]): void {
    this.#spans = spans;
    this.#build();
  }

  /** Shows steps and the values of each line; drawn with the next frame. */
  update(steps: readonly (number | null)[], lines: readonly (readonly (number | null)[])[]): void {
    this.#data = [steps, ...lines] as uPlot.AlignedData;
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#chart?.setData(this.#data);
    });
  }

  get #isEmpty(): boolean {
    return (this.#data[0]?.length ?? 0) === 0;
  }

  #build(): void {
    this.#chart?.destroy();
    const { lines, format, label = format, band, from } = this.#options;
    const axis = { stroke: color("--muted"), font: "12px system-ui, sans-serif", ticks: { show: false } };
    const grid = { stroke: color("--line"), width: 1 };
    const total = () => Math.max(1, this.#spans.at(-1)?.end ?? 1);
    const options: uPlot.Options = {
      ...this.#size(),
      padding: [24, 18, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: () => [0.5, total() + 0.5] },
        y: { range: (_, low, high) => limits(...this.#range(low, high), from) },
      },
      axes: [
        {
          ...axis,
          size: 28,
          grid: { show: false },
          values: (_, values) => values.map((value) => Number.isInteger(value) ? String(value) : ""),
        },
        { ...axis, grid, size: 48, values: (_, values) => values.map((value) => this.#isEmpty ? "" : label(value)) },
      ],
      series: [{}, ...lines.map((line) => this.#series(line))],
      ...(band === undefined
        ? {}
        : { bands: [{ series: [band[0] + 1, band[1] + 1], fill: color("--sparse-strong") }] }),
      hooks: { drawClear: [phaseShading(() => this.#spans)], setCursor: [(chart) => this.#read(chart)] },
    };
    this.#chart = new uPlot(options, this.#data, this.#host);
  }

  #series({ name, color: variable, width = 2, alpha = 1, dash }: ChartLine): uPlot.Series {
    const stroke = color(variable);
    if (width > 0) {
      return { label: name, stroke, width, alpha, spanGaps: false, points: { show: false }, ...(dash ? { dash } : {}) };
    }
    return {
      label: name,
      stroke,
      width: 0,
      points: { show: true, size: 9, width: 2, stroke, fill: color("--surface") },
    };
  }

  #read(chart: uPlot): void {
    const { onRead, lines, format } = this.#options;
    const index = chart.cursor.idx;
    if (onRead === undefined) return;
    if (index === null || index === undefined) return onRead("");
    const values = lines.flatMap(({ name }, line) => {
      const value = this.#data[line + 1]?.[index];
      return name === "" || value === null || value === undefined ? [] : [`${name} ${format(value)}`];
    });
    // What is drawn last lies on top and is what one points at.
    values.reverse();
    onRead(`step ${this.#data[0]?.[index] ?? ""}: ${values.join(", ")}`);
  }

  #range(low: number | null, high: number | null): [number | null, number | null] {
    if (!this.#options.isLater) return [low, high];
    const [steps = [], ...lines] = this.#data;
    return laterRange(steps, lines) ?? [low, high];
  }

  #resize(): void {
    const { width, height } = this.#size();
    if (this.#chart !== undefined && (this.#chart.width !== width || this.#chart.height !== height)) {
      this.#chart.setSize({ width, height });
    }
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(120, this.#host.clientWidth), height: Math.max(120, this.#host.clientHeight) };
  }
}

/** The range of values with a little air; one that cannot be is replaced. */
function limits(low: number | null, high: number | null, from: number | undefined): [number, number] {
  const start = from ?? low ?? 0;
  const end = high ?? start + 1;
  const air = Math.max(1e-9, (end - start) * 0.05);
  return [from ?? start - air, Math.max(end, start + 1e-6) + air];
}
