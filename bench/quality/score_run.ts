import { type Outcome, runTrainer } from "./trainer_process.ts";

/** A run to be scored. */
export interface ScoredRun {
  /** Its folder, with its last checkpoint. */
  readonly folder: string;
  /** Folder of the data sets. */
  readonly tasks: string;
  /** Kind of device. */
  readonly device: string;
  /** The only GPU that it sees. */
  readonly gpu: string | undefined;
}

/**
 * Scores the last checkpoint of a run on all tasks, computed as its last step was. Scores, and what the model said of
 * each document, stay in the run's folder.
 *
 * @param run The run
 * @param signal Stops it; the same call goes on
 * @throws {Error} If it fails; the message is what the process said
 */
export async function scoreRun({ folder, tasks, device, gpu }: ScoredRun, signal: AbortSignal): Promise<Outcome> {
  const args = [folder, "--tasks", "all", "--data", tasks, "--log-samples", "--device", device];
  return await runTrainer({ command: "evaluate", args, log: `${folder}.evaluate.log`, gpu }, signal);
}
