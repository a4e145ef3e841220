import { isRecipe } from "@beyond24/recipe";
import {
  flattenConfig,
  formatChange,
  formatCount,
  formatDuration,
  formatLarge,
  formatLoss,
  formatMilliseconds,
  metricsColumns,
  smoothSteps,
  trainLossSpan,
} from "@beyond24/run";
import type { ChartSize } from "./_draw_chart.ts";
import { escapeHtml, htmlTable } from "./_html.ts";
import { comparedLossChart, comparedTimeChart, overSteps, overTime, runColor } from "./compare_charts.ts";
import { htmlPage } from "./html_page.ts";
import type { ReportData } from "./report_data.ts";

/**
 * Draws several runs on one HTML page with everything in it, which loads nothing.
 *
 * @param runs What is known of each, the one that the others are held against first
 * @returns The page
 */
export function compareHtml(runs: readonly ReportData[]): string {
  const title = runs.map(({ title }) => title).join(", ");
  return htmlPage(
    title,
    `<header>
<h1>${escapeHtml(`${runs.length} runs`)}</h1>
<p>Ratios are against the first one.</p>
</header>
<section><h2>Reached</h2>
${reachedTable(runs)}
</section>
<div class="charts">
${figures(runs)}
</div>
<section><h2>Step times</h2>
${phaseTable(runs)}
</section>
<section><h2>Computed by</h2>
${placeTable(runs)}
</section>
<section><h2>Where their configurations differ</h2>
${differenceTable(runs)}
</section>`,
  );
}

/** The runs by name; those of the same name by path would be as well, but a name is what a person gave. */
function reachedTable(runs: readonly ReportData[]): string {
  const base = runs[0]?.reached.val_loss ?? null;
  const head = [
    "run",
    "steps",
    "parameters",
    "validation loss",
    "ratio",
    "bits per byte",
    `training loss, ${trainLossSpan(...runs.map(({ reached }) => reached.steps))}`,
    "tokens/s",
    "time of steps",
  ];
  const rows = runs.map(({ title, config, reached, rows }, index) => {
    const seconds = rows.reduce((sum, { step_ms }) => sum + step_ms, 0) / 1000;
    const { val_loss } = reached;
    return [
      title,
      `${formatCount(reached.steps)} of ${formatCount(config.train.steps)}`,
      formatLarge(reached.parameters, ""),
      formatLoss(val_loss),
      index === 0 || val_loss === null || base === null ? "" : formatChange(val_loss / base - 1),
      formatLoss(reached.val_bits_per_byte),
      formatLoss(reached.train_loss),
      seconds > 0 ? formatLarge(reached.tokens / seconds, "") : "–",
      formatDuration(seconds),
    ];
  });
  return htmlTable(head, rows);
}

function phaseTable(runs: readonly ReportData[]): string {
  const rows = runs.flatMap(({ title, reached }) =>
    reached.phases.map(({ phase, steps, median_step_ms }, index) => [
      index === 0 ? title : "",
      phase,
      formatCount(steps),
      formatMilliseconds(median_step_ms),
    ])
  );
  return htmlTable(["run", "phase", "steps", "median step"], rows);
}

/** The device of each run, the number of processes in it where there are several, and what took over on the way. */
function placeTable(runs: readonly ReportData[]): string {
  const rows = runs.flatMap(({ title, starts, reached: { device } }) => {
    const begun = starts.filter((start, index) => start.device !== starts[index - 1]?.device);
    const places = begun.map(({ step, device }): [from: string, device: string] => [formatCount(step + 1), device]);
    const known: [from: string, device: string][] = places.length === 0 ? [["1", device ?? "–"]] : places;
    return known.map(([from, device], index) => [index === 0 ? title : "", from, device]);
  });
  return htmlTable(["run", "from step", "device"], rows);
}

function differenceTable(runs: readonly ReportData[]): string {
  const configs = runs.map(({ title, config }) => new Map(Object.entries(flattenConfig(config, title))));
  const keys = new Set(configs.flatMap((config) => [...config.keys()]));
  const rows = [...keys].flatMap((key) => {
    const values = configs.map((config) => config.has(key) ? describe(config.get(key)) : "–");
    return new Set(values).size === 1 ? [] : [[key, ...values]];
  });
  if (rows.length === 0) return "<p>Nowhere.</p>";
  return htmlTable(["key", ...runs.map(({ title }) => title)], rows);
}

/** A value as a person would write it: a recipe in its short form, all else as JSON. */
function describe(value: unknown): string {
  if (isRecipe(value)) return value.map(({ phase, steps }) => `${phase}:${steps}`).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

const narrow: ChartSize = { width: 340, height: 260 };
const wide: ChartSize = { width: 1000, height: 340 };

function figures(runs: readonly ReportData[]): string {
  const legend = runs.map(({ title }, index) =>
    `<li><i style="background: ${runColor(index)}"></i>${escapeHtml(title)}</li>`
  );
  const lines = `Lines: training loss, the mean of the latest quarter of the phase's steps, ${smoothSteps} ` +
    "at most. Rings: validation loss. The axis follows the steps after the first tenth.";
  return [
    figure("Loss by step", lines, legend, (size) => comparedLossChart(runs, overSteps, size)),
    figure(
      "Loss by time",
      "The same over the time of the steps; validation and checkpoints do not count.",
      legend,
      (size) => comparedLossChart(runs, overTime, size),
    ),
    figure(
      metricsColumns.step_ms.title,
      `${metricsColumns.step_ms.sentence}. Of long runs a dot is the mean of several steps; those at the upper edge ` +
        "took longer.",
      legend,
      (size) => comparedTimeChart(runs, size),
    ),
  ].join("\n");
}

function figure(title: string, caption: string, legend: readonly string[], draw: (size: ChartSize) => string): string {
  return `<figure class="large" aria-label="${escapeHtml(title)}">
<h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(caption)}</p>
<ul class="legend">${legend.join("")}</ul>
<div class="wide">${draw(wide)}</div>
<div class="narrow">${draw(narrow)}</div>
</figure>`;
}
