import { runFolder, writeAtomically } from "@beyond24/run";
import { readReportData } from "./read_report_data.ts";
import { reportHtml } from "./report_html.ts";

/**
 * Draws `report.html` of a run from its configuration, its metrics and, once there is one, its summary.
 *
 * @param path Folder of the run
 * @returns Path of the report
 * @throws {UsageError} If the folder holds no run
 */
export async function writeReport(path: string): Promise<string> {
  const { report } = runFolder(path);
  await writeAtomically(report, reportHtml(await readReportData(path)));
  return report;
}
