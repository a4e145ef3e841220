import { CheckpointError } from "@beyond24/checkpoint";
import type { StepMetrics } from "./step_metrics.ts";

/**
 * Reads a file of metrics. A last line that a stopped process left unfinished is passed over.
 *
 * @param path The file; when it is missing there are no steps
 * @returns The steps
 * @throws {CheckpointError} If the file cannot be read or a line is not JSON
 */
export async function readMetrics(path: string): Promise<StepMetrics[]> {
  return await Array.fromAsync(metricsRows(path));
}

/** The same step by step, without the text of the file in memory. */
export async function* metricsRows(path: string): AsyncGenerator<StepMetrics> {
  let number = 0;
  for await (const line of wholeLines(path)) {
    number++;
    try {
      yield JSON.parse(line) as StepMetrics;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new CheckpointError(`Cannot read ${path} as its line ${number} must be JSON: current value is ${line}`, {
        cause: error,
      });
    }
  }
}

/** Lines with their end; what follows the last line end is an unfinished line. */
async function* wholeLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const text of textOf(path)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

async function* textOf(path: string): AsyncGenerator<string> {
  try {
    yield* (await Deno.open(path)).readable.pipeThrough(new TextDecoderStream());
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CheckpointError(`Cannot read ${path} as the system refuses it: current value is ${reason}`, {
      cause: error,
    });
  }
}
