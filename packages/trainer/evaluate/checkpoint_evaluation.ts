import { OutOfMemoryError } from "@beyond24/device";
import type { FileSystem } from "@beyond24/disk";
import { evaluationName, type EvaluationSettings, type RunConfig, type RunFolder } from "@beyond24/run";
import type { Tokenizer } from "@beyond24/tokenizer";
import { join } from "@std/path";
import type { SavedModel } from "../run/_session_place.ts";
import type { RunObserver } from "../run/run_observer.ts";
import { evaluateTasks } from "./evaluate_tasks.ts";
import { parseTasks } from "./parse_tasks.ts";
import { cutNotes, prepareTasks } from "./prepare_tasks.ts";
import { usualBatch } from "./usual_batch.ts";
import { weightsIdentity } from "./weights_identity.ts";
import { writeEvaluation } from "./write_evaluation.ts";

/** What an evaluation of checkpoints needs of its run. */
export interface CheckpointEvaluationPlace {
  /** What its tokens mean. */
  readonly tokenizer: Tokenizer;
  /** Its folder. */
  readonly folder: RunFolder;
  /** The disk. */
  readonly fileSystem: FileSystem;
  /** Who hears of scores. */
  readonly observer: RunObserver;
  /** Ends an evaluation with the run. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Scores the model of every checkpoint on the tasks of a configuration. Their data are read at once, so that what is
 * wrong with them shows before the first step.
 *
 * @param config The configuration
 * @param place What it needs of the run
 * @returns What is to be done after a checkpoint was saved; undefined without tasks
 * @throws {EvaluationError} If data are missing or cannot be used
 */
export async function checkpointEvaluation(
  config: RunConfig,
  { tokenizer, folder, fileSystem, observer, signal }: CheckpointEvaluationPlace,
): Promise<((saved: SavedModel) => Promise<void>) | undefined> {
  const { tasks: names, data, limit, fewShot } = config.evaluation;
  const { sequenceLength: longest } = config.model;
  const rows = limit === 0 ? undefined : limit;
  const tasks = await prepareTasks(parseTasks(names), tokenizer, { data, longest, limit: rows, fewShot });
  if (tasks.length === 0) return undefined;
  for (const note of cutNotes(tasks, longest)) observer.onWarning?.(note);
  // No larger than a training step, for whose memory there was room.
  const most = config.train.batchSize * longest;
  const evaluate = async ({ model, mode, step, role, checkpoint }: SavedModel) => {
    const settings: EvaluationSettings = { step, role, mode, fewShot, limit: rows };
    const own = join(folder.evaluations, evaluationName(settings));
    const batch = Math.min(most, usualBatch(model.device));
    const started = performance.now();
    const scored = await evaluateTasks(model, tasks, {
      mode,
      batch,
      folder: own,
      fileSystem,
      weights: await weightsIdentity(join(checkpoint, "model.safetensors")),
      logSamples: false,
      ...(signal === undefined ? {} : { signal }),
    });
    if (scored === undefined) return;
    await writeEvaluation(scored, [], {
      settings,
      config,
      path: checkpoint,
      batch,
      seconds: (performance.now() - started) / 1000,
      device: model.device.description,
      folder: own,
      scoresFile: folder.scores,
      fileSystem,
    });
    observer.onScores?.(scored, settings);
  };
  return async (saved) => {
    try {
      await evaluate(saved);
    } catch (error) {
      if (!(error instanceof OutOfMemoryError)) throw error;
      // The run has its memory, and goes on.
      observer.onWarning?.(`The model of step ${saved.step} was not scored: ${error.message}`);
    }
  };
}
