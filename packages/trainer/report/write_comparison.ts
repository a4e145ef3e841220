import { replaceFile } from "@beyond24/disk";
import { UsageError } from "@beyond24/run";
import { compareHtml } from "./compare_html.ts";
import { readReportData } from "./read_report_data.ts";

/**
 * Draws several runs on one page.
 *
 * @param runs Their folders, the one that the others are held against first
 * @param path Where to write the page
 * @param onWarning Is told in a line of each file that is not as it should be
 * @returns The path
 * @throws {UsageError} If there are fewer than two, or a folder holds no run
 */
export async function writeComparison(
  runs: readonly string[],
  path: string,
  onWarning: (message: string) => void = () => {},
): Promise<string> {
  if (runs.length < 2) {
    throw new UsageError(`Cannot compare runs as it takes two of them: current value is ${runs.join(", ") || "none"}`);
  }
  const data = [];
  for (const run of runs) data.push({ ...await readReportData(run, onWarning), title: run });
  await replaceFile(path, compareHtml(data));
  return path;
}
