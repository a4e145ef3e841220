import { formatLoss, hasSparseSteps, metricsColumns, type NumberColumnName, smoothSteps } from "@beyond24/run";
import type { ChartData, ChartSize } from "./_draw_chart.ts";
import { escapeHtml } from "./_html.ts";
import { gapChart, gapOutside, lossChart, lossRange } from "./loss_charts.ts";
import { mostPoints, stepsOfPoint } from "./plot_points.ts";
import type { ReportData } from "./report_data.ts";
import {
  energyShareChart,
  expertLoadChart,
  flipRateChart,
  gradientChart,
  learningRateChart,
  longestStep,
  mostDots,
  sparsityChart,
  stepTimeChart,
  utilizationChart,
  waitingChart,
} from "./step_charts.ts";

interface Figure {
  readonly title: string;
  readonly caption: string;
  readonly chart: (data: ChartData, size: ChartSize) => string;
  /** Takes the whole width. */
  readonly isLarge?: boolean;
  /** Height in pixels when wide. Default 240. */
  readonly height?: number;
  readonly legend?: readonly string[];
}

const narrow: ChartSize = { width: 340, height: 240 };

/** Every chart, drawn twice: wide, and for phones. */
export function chartFigures({ config, rows, twin }: ReportData): string {
  if (rows.length === 0) return "";
  const data: ChartData = { rows, twin, recipe: config.recipe };
  const figures = figuresOf(data, hasSparseSteps(config));
  // An odd number of small figures would leave a hole beside the last one.
  const small = figures.filter(({ isLarge }) => !isLarge).length;
  return figures.map((figure, index) =>
    figureHtml(small % 2 === 1 && index === figures.length - 1 ? { ...figure, isLarge: true } : figure, data)
  ).join("\n");
}

function figuresOf(data: ChartData, isSparse: boolean): Figure[] {
  const { rows, twin } = data;
  const has = (name: NumberColumnName) => rows.some((row) => typeof row[name] === "number");
  const models = [
    ...(twin.length > 0
      ? [legendItem("", isSparse ? "sparse recipe" : "model"), legendItem("twin", "dense twin")]
      : []),
    ...(isSparse ? [legendItem("band", "sparse steps")] : []),
  ];
  const rings = has("val_loss") ? [legendItem("ring", metricsColumns.val_loss.title.toLowerCase())] : [];
  return [
    {
      title: "Loss",
      caption: lossCaption(data),
      chart: lossChart,
      isLarge: true,
      height: 340,
      legend: [...models, ...rings],
    },
    {
      title: metricsColumns.step_ms.title,
      caption: stepTimeCaption(data),
      chart: stepTimeChart,
      isLarge: true,
      height: 300,
      legend: models,
    },
    ...(twin.length > 0
      ? [{
        title: "Distance to dense",
        caption: gapCaption(data),
        chart: gapChart,
      }]
      : []),
    ...(has("expert_load_max")
      ? [{
        title: metricsColumns.expert_load_mean.title,
        caption: "Tokens of the least and of the most loaded expert of a step, over all layers; dashed: the mean." +
          (stepsOfPoint(rows.length) > 1 ? ` Of ${stepsOfPoint(rows.length)} steps each the extremes.` : ""),
        chart: expertLoadChart,
      }]
      : []),
    columnFigure(data, "activation_sparsity", sparsityChart),
    ...(has("energy_share") ? [columnFigure(data, "energy_share", energyShareChart)] : []),
    ...(has("flip_rate") ? [columnFigure(data, "flip_rate", flipRateChart)] : []),
    ...(has("mfu") ? [columnFigure(data, "mfu", utilizationChart, utilizationNote)] : []),
    ...(has("waiting_ms") ? [columnFigure(data, "waiting_ms", waitingChart)] : []),
    columnFigure(data, "grad_norm", gradientChart, " The axis is logarithmic."),
    columnFigure(data, "lr", learningRateChart),
  ];
}

const utilizationNote = ` Dashed: ${metricsColumns.executed_mfu.sentence}.`;

/** A chart of one column, whose points are means when there are too many steps. */
function columnFigure(
  { rows }: ChartData,
  name: NumberColumnName,
  chart: Figure["chart"],
  note = "",
): Figure {
  const { title, sentence } = metricsColumns[name];
  const steps = stepsOfPoint(rows.length);
  return { title, caption: `${sentence}.${note}` + (steps > 1 ? ` Means of ${steps} steps each.` : ""), chart };
}

function lossCaption(data: ChartData): string {
  const steps = stepsOfPoint(data.rows.length, mostPoints);
  const first = data.rows[0]?.loss ?? NaN;
  const isAbove = first > (lossRange(data)?.[1] ?? Infinity);
  return `Thin: training loss of ${steps === 1 ? "every step" : `${steps} steps each, their mean`}. ` +
    `Thick: mean of the latest quarter of the phase's steps, ${smoothSteps} at most.` +
    (isAbove ? ` The beginning, from ${formatLoss(first)}, lies above the picture.` : "");
}

function gapCaption(data: ChartData): string {
  const outside = gapOutside(data);
  return "How far the thick line of the loss lies above that of the dense twin." +
    (outside === undefined ? "" : ` At its widest, ${outside.toFixed(1)} percent, it leaves the picture.`);
}

function stepTimeCaption(data: ChartData): string {
  const steps = stepsOfPoint(data.rows.length, mostDots);
  const isCut = data.rows.some(({ step_ms }) => step_ms > longestStep(data));
  return `${metricsColumns.step_ms.sentence}. Dots: ${steps === 1 ? "steps" : `means of ${steps} steps each`}` +
    `${isCut ? "; those at the upper edge took longer" : ""}. Lines: median of each phase.`;
}

function figureHtml(
  { title, caption, chart, isLarge = false, height = 240, legend = [] }: Figure,
  data: ChartData,
): string {
  const wide: ChartSize = { width: isLarge ? 1000 : 480, height };
  const items = legend.length === 0 ? "" : `<ul class="legend">${legend.join("")}</ul>`;
  return `<figure${isLarge ? ' class="large"' : ""} aria-label="${escapeHtml(title)}">
<h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(caption)}</p>
${items}
<div class="wide">${chart(data, wide)}</div>
<div class="narrow">${chart(data, narrow)}</div>
</figure>`;
}

function legendItem(kind: string, name: string): string {
  return `<li><i class="${kind}"></i>${escapeHtml(name)}</li>`;
}
