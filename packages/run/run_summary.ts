import { type FileSystem, replaceFile } from "@beyond24/disk";
import { readJsonFile } from "@beyond24/disk/json";
import type { PhaseName } from "@beyond24/recipe";
import { runSummarySchema } from "./_schema.ts";
import type { RunChange } from "./run_changes.ts";
import type { RunStart } from "./run_history.ts";

/** The steps of one phase. */
export interface PhaseSummary {
  /** How the FFN was computed. */
  readonly phase: PhaseName;
  /** Steps done. */
  readonly steps: number;
  /** Mean time of a step in milliseconds. */
  readonly mean_step_ms: number;
  /** Median time of a step in milliseconds. */
  readonly median_step_ms: number;
}

/** What a model reached. */
export interface ModelSummary {
  /** Mean training loss of the last 100 steps, or of all where there are fewer, in nats per token. */
  readonly train_loss: number | null;
  /** Last loss over held-out text; null before the first validation. */
  readonly val_loss: number | null;
  /** The same in bits per byte of text; null where it was not measured. */
  readonly val_bits_per_byte: number | null;
  /** The same as a perplexity: e to the loss, of a token. */
  readonly val_perplexity: number | null;
  /** Seconds spent on this model, validation and checkpoints included, over all resumes. */
  readonly wall_seconds: number;
  /** Each phase that has begun. */
  readonly phases: readonly PhaseSummary[];
  /** Tokens trained on. */
  readonly tokens: number;
}

/** How a model compares with its dense twin. */
export interface BaselineSummary extends ModelSummary {
  /** The twin's time by the model's, over the steps of all phases, from their median step times. */
  readonly speedup: number | null;
  /** The same for sparse steps alone. */
  readonly sparse_step_speedup: number | null;
  /** The model's validation loss relative to the twin's: 0.01 is one percent worse. */
  readonly relative_val_loss: number | null;
}

/** Contents of `summary.json`. */
export interface RunSummary extends ModelSummary {
  /** Whether all steps are done. */
  readonly status: "finished" | "interrupted";
  /** Steps done. */
  readonly steps: number;
  /** Name of the preset. */
  readonly preset: string;
  /** One line about hardware and libraries. */
  readonly device: string;
  /** Trained weights. */
  readonly parameters: number;
  /** What the run went on with and had not begun with; left out when there is nothing of the kind. */
  readonly changes?: readonly RunChange[];
  /** Each time that a program began or went on with it; left out in summaries of older programs. */
  readonly starts?: readonly RunStart[];
  /** The dense twin, when there is one. */
  readonly baseline?: BaselineSummary;
}

/**
 * Reads `summary.json`.
 *
 * @param path The file
 * @returns The summary; undefined when there is none, as the run has not ended yet
 * @throws {SyntaxError} If it is not one; the message names file, place and value
 * @throws {DiskError} If the system refuses it
 *
 * @example A run that goes on has none
 * ```ts
 * import { readRunSummary } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readRunSummary("no/such/file"), undefined);
 * ```
 */
export async function readRunSummary(path: string): Promise<RunSummary | undefined> {
  return await readJsonFile(path, runSummarySchema);
}

/**
 * Writes `summary.json`.
 *
 * @param path The file
 * @param summary The summary
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it
 */
export async function writeRunSummary(path: string, summary: RunSummary, fileSystem: FileSystem): Promise<void> {
  await replaceFile(path, JSON.stringify(summary, null, 2) + "\n", fileSystem);
}
