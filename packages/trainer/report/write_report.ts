import { durableFileSystem, type FileSystem, replaceFile } from "@beyond24/disk";
import { runFolder } from "@beyond24/run";
import { readReportData } from "./read_report_data.ts";
import { reportHtml } from "./report_html.ts";

/**
 * Draws `report.html` of a run from its configuration, its metrics and, once there is one, its summary.
 *
 * @param path Folder of the run
 * @param onWarning Is told in a line of each file that is not as it should be
 * @param fileSystem The disk
 * @returns Path of the report
 * @throws {UsageError} If the folder holds no run
 */
export async function writeReport(
  path: string,
  onWarning: (message: string) => void = () => {},
  fileSystem: FileSystem = durableFileSystem(),
): Promise<string> {
  const { report } = runFolder(path);
  await replaceFile(report, reportHtml(await readReportData(path, onWarning)), fileSystem);
  return report;
}
