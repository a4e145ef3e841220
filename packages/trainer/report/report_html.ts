import type { RunConfig, RunSummary, StepMetrics } from "@beyond24/run";
import { escapeHtml } from "./_html.ts";
import { chartFigures } from "./chart_figures.ts";
import { reportStyle } from "./report_style.ts";
import { summarySections } from "./summary_sections.ts";
import { summaryTiles } from "./summary_tiles.ts";

/** What a report is drawn from. */
export interface ReportData {
  /** Title: the name of the run's folder. */
  readonly title: string;
  /** Configuration of the run. */
  readonly config: RunConfig;
  /** What the run reached. */
  readonly summary: RunSummary;
  /** Steps of the model. */
  readonly rows: readonly StepMetrics[];
  /** Steps of its dense twin; empty without one. */
  readonly twin: readonly StepMetrics[];
}

/**
 * Draws a report: one HTML page with everything in it, which loads nothing.
 *
 * @param data What is known of the run
 * @returns The page
 */
export function reportHtml(data: ReportData): string {
  const { title, config, summary } = data;
  const phases = config.recipe.filter(({ steps }) => steps > 0).map(({ phase, steps }) => `${steps} ${phase}`);
  const state = summary.status === "finished" ? "" : ` · stopped after step ${summary.steps}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · beyond24</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(`${config.preset} preset · ${phases.join(" → ")} steps${state}`)}</p>
<p>${escapeHtml(summary.device)}</p>
</header>
<div class="tiles">
${summaryTiles(summary)}
</div>
<div class="charts">
${chartFigures(data)}
</div>
${summarySections(data)}
</body>
</html>
`;
}
