import { hasSparseSteps } from "@beyond24/run";
import { escapeHtml } from "./_html.ts";
import {
  type ChartData,
  type ChartSize,
  expertLoadChart,
  flipRateChart,
  gapChart,
  gradientChart,
  learningRateChart,
  lossChart,
  sparsityChart,
  stepTimeChart,
} from "./charts.ts";
import type { ReportData } from "./report_html.ts";

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
  const isSparse = hasSparseSteps(config);
  const data: ChartData = { rows, twin, recipe: config.recipe };
  const models = [
    ...(twin.length > 0
      ? [legendItem("", isSparse ? "sparse recipe" : "model"), legendItem("twin", "dense twin")]
      : []),
    ...(isSparse ? [legendItem("band", "sparse steps")] : []),
  ];
  const rings = rows.some(({ val_loss }) => typeof val_loss === "number") ? [legendItem("ring", "validation")] : [];
  const figures: Figure[] = [
    {
      title: "Loss",
      caption: "Thin: every step. Thick: smoothed.",
      chart: lossChart,
      isLarge: true,
      height: 340,
      legend: [...models, ...rings],
    },
    {
      title: "Step time",
      caption: "Dots: steps. Lines: median of each phase.",
      chart: stepTimeChart,
      isLarge: true,
      height: 300,
      legend: models,
    },
    ...(twin.length > 0
      ? [{
        title: "Distance to dense",
        caption: "Training loss of the sparse recipe above that of its dense twin, smoothed.",
        chart: gapChart,
      }]
      : []),
    ...(rows.some(({ expert_load_max }) => typeof expert_load_max === "number")
      ? [{
        title: "Expert load",
        caption: "Tokens of the least and the most loaded expert; dashed: the mean.",
        chart: expertLoadChart,
      }]
      : []),
    {
      title: "Activation sparsity",
      caption: "Zeros among the hidden activations of the FFN.",
      chart: sparsityChart,
    },
    ...(rows.some(({ flip_rate }) => typeof flip_rate === "number")
      ? [{ title: "Flip rate", caption: "Bits of the 2:4 weight masks that a step changed.", chart: flipRateChart }]
      : []),
    { title: "Gradient norm", caption: "Before clipping, logarithmic.", chart: gradientChart },
    { title: "Learning rate", caption: "Cosine with linear warm-up, over all phases.", chart: learningRateChart },
  ];
  // An odd number of small figures would leave a hole beside the last one.
  const small = figures.filter(({ isLarge }) => !isLarge).length;
  return figures.map((figure, index) =>
    figureHtml(small % 2 === 1 && index === figures.length - 1 ? { ...figure, isLarge: true } : figure, data)
  ).join("\n");
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
