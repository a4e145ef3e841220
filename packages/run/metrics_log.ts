import { CheckpointError } from "@beyond24/checkpoint";
import { writeAtomically } from "./write_atomically.ts";
import { metricsRows } from "./read_metrics.ts";
import { encodeStepMetrics, type StepMetrics } from "./step_metrics.ts";

/** Appends steps to a file of one JSON object a line. */
export class MetricsLog {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens a log that holds the steps up to `step` and nothing after it: what a stopped process wrote beyond its last
   * checkpoint is done, and written, again.
   *
   * @param path The file; created when missing
   * @param step Last step to keep; 0 for a new run
   * @returns The log
   */
  static async open(path: string, step: number): Promise<MetricsLog> {
    await writeAtomically(path, step === 0 ? "" : linesUpTo(path, step));
    return new MetricsLog(path, await Deno.open(path, { append: true }));
  }

  /**
   * Appends steps.
   *
   * @param rows The steps
   * @throws {CheckpointError} If the disk is full or refuses
   */
  append(rows: readonly StepMetrics[]): void {
    const bytes = new TextEncoder().encode(lines(rows));
    try {
      for (let written = 0; written < bytes.length;) written += this.#file.writeSync(bytes.subarray(written));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CheckpointError(`Cannot write ${this.#path} as the disk refuses it: current value is ${reason}`, {
        cause: error,
      });
    }
  }

  /** Returns when all steps are on the disk: call it before a checkpoint that they lead to. */
  async sync(): Promise<void> {
    await this.#file.sync();
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }
}

async function* linesUpTo(path: string, step: number): AsyncGenerator<string> {
  for await (const row of metricsRows(path)) if (row.step <= step) yield lines([row]);
}

function lines(rows: readonly StepMetrics[]): string {
  return rows.map(encodeStepMetrics).join("");
}
