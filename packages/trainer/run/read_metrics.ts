import type { StepMetrics } from "./step_metrics.ts";

/**
 * Reads a file of metrics. A last line that a stopped process left unfinished is passed over.
 *
 * @param path The file; when it is missing there are no steps
 * @returns The steps
 */
export async function readMetrics(path: string): Promise<StepMetrics[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  // What follows the last line end is an unfinished line.
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line) as StepMetrics);
}
