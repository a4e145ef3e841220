import { createHash } from "node:crypto";
import { type FileSystem, makeFolders, replaceFile } from "@beyond24/disk";
import {
  harnessSamples,
  openScoreLog,
  type PreparedTask,
  type ScoredTask,
  scorePreparedTask,
  scoreRequests,
} from "@beyond24/evaluation";
import type { Transformer } from "@beyond24/transformer";
import { join } from "@std/path";

/** How {@linkcode evaluateTasks} works. */
export interface EvaluateTasksOptions {
  /** How the feed-forward networks are computed. */
  readonly mode: "dense" | "sparse";
  /** Tokens of a pass. */
  readonly batch: number;
  /** Where scores are kept while they are made, and samples are written. */
  readonly folder: string;
  /** The disk. */
  readonly fileSystem: FileSystem;
  /** What tells the weights from others. */
  readonly weights: string;
  /** Whether a record of every document is written. */
  readonly logSamples: boolean;
  /** Hears how many requests of all tasks are scored. */
  readonly onProgress?: (task: string, scored: number, all: number) => void;
  /** Ends the work after the pass in hand. */
  readonly signal?: AbortSignal;
}

/**
 * Scores a model on tasks. What is scored is kept in a file for each, so that the same call goes on where it was
 * stopped.
 *
 * @param model The model
 * @param tasks The tasks
 * @param options Mode, files, progress
 * @returns Scores; undefined when it was ended by the signal
 */
export async function evaluateTasks(
  model: Transformer,
  tasks: readonly PreparedTask[],
  options: EvaluateTasksOptions,
): Promise<ScoredTask[] | undefined> {
  const { folder, fileSystem, onProgress = () => {} } = options;
  await makeFolders(folder, fileSystem);
  const all = tasks.reduce((count, { requests }) => count + requests.length, 0);
  const results: ScoredTask[] = [];
  let done = 0;
  for (const prepared of tasks) {
    const { task, requests, groups } = prepared;
    const path = join(folder, `log-likelihoods_${task}.jsonl`);
    const log = await openScoreLog(path, scoreKey(model, prepared, options), fileSystem);
    try {
      const scored = await scoreRequests(model, groups, {
        mode: options.mode,
        batch: options.batch,
        log,
        onProgress: (scored) => onProgress(task, done + scored, all),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      if (scored === undefined) return undefined;
      if (options.logSamples) {
        const samples = harnessSamples(prepared, scored).map((sample) => `${JSON.stringify(sample)}\n`);
        await replaceFile(join(folder, `samples_${task}.jsonl`), samples.join(""), fileSystem);
      }
      results.push({ prepared, scores: scorePreparedTask(prepared, scored) });
      done += requests.length;
    } finally {
      log.close();
    }
  }
  return results;
}

/**
 * Changes with all that a score depends on, down to its last bit: weights, mode, device, what a pass holds, the tokens.
 */
function scoreKey({ device }: Transformer, { groups }: PreparedTask, options: EvaluateTasksOptions): string {
  const { weights, mode, batch } = options;
  const hash = createHash("sha256").update(JSON.stringify([weights, mode, batch, device.description]));
  for (const group of groups) {
    for (const { input, targets } of group) {
      hash.update(Int32Array.of(group.length, input.length, targets.length)).update(input).update(targets);
    }
  }
  return hash.digest("hex");
}
