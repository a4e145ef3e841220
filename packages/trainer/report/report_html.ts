import { formatAmount, formatCount } from "@beyond24/run";
import { escapeHtml } from "./_html.ts";
import { chartFigures } from "./chart_figures.ts";
import { htmlPage } from "./html_page.ts";
import type { ReportData } from "./report_data.ts";
import { summarySections } from "./summary_sections.ts";
import { summaryTiles } from "./summary_tiles.ts";

/**
 * Draws a report: one HTML page with everything in it, which loads nothing.
 *
 * @param data What is known of the run
 * @returns The page
 */
export function reportHtml(data: ReportData): string {
  const { title, config, reached } = data;
  const phases = config.recipe.filter(({ steps }) => steps > 0).map(({ phase, steps }) => `${steps} ${phase}`);
  return htmlPage(
    title,
    `<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(`${config.preset} preset · ${phases.join(" → ")} steps`)}</p>
<p>${escapeHtml(reached.device ?? "")}</p>
${notices(data).map((text) => `<p class="notice">${escapeHtml(text)}</p>`).join("\n")}
</header>
<div class="tiles">
${summaryTiles(data)}
</div>
<div class="charts">
${chartFigures(data)}
</div>
${summarySections(data)}`,
  );
}

/** What a reader must know before any number. */
function notices({ config, reached, faults }: ReportData): string[] {
  const done = `${formatCount(reached.steps)} of ${formatAmount(config.train.steps, "step")}`;
  return [
    ...(reached.status === "interrupted" ? [`Interrupted after ${done}; it can be resumed.`] : []),
    ...(reached.status === "unfinished"
      ? [
        `Unfinished: ${done} are done, and there is no summary of the last one. The run goes on, or was ended from ` +
        "outside.",
      ]
      : []),
    ...faults.map((fault) => `${fault}. Lines have gaps where steps are missing, and means leave them out.`),
  ];
}
