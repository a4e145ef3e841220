import { scoreTable } from "@beyond24/run";
import { htmlTable } from "./_html.ts";
import type { ReportData } from "./report_data.ts";

/** What the last models of a run scored on tasks; nothing where none was scored. */
export function scoresSection({ scores }: Pick<ReportData, "scores">): string {
  if (scores.length === 0) return "";
  const { columns, rows } = scoreTable(scores);
  return `<section><h2>Tasks</h2>
${htmlTable(["task", ...columns], rows.map(({ task, cells }) => [task, ...cells]))}
<p>Percent of right answers with their standard error: by log-likelihood · by log-likelihood over the length of the
choice.</p>
</section>
`;
}
