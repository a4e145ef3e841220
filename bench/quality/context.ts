import type { CorpusFacts } from "./corpus_facts.ts";

/** What all runs of a call share. */
export interface ReproduceContext {
  /** Texts, or a folder of prepared tokens; absolute paths. */
  readonly data: readonly string[];
  readonly corpus: CorpusFacts;
  /** Kind of device. */
  readonly device: string;
  /** Where runs and timings lie until their rows are written. */
  readonly runs: string;
  /** Where rows are written. */
  readonly out: string;
  /** Runs at once on a card. */
  readonly atOnce: number;
  /** Cards by number, each with runs of its own; none for the device as it is. */
  readonly gpus: readonly string[];
  /** Folder of the data sets of tasks on which runs are scored. */
  readonly tasks: string | undefined;
  /** Whether the last checkpoint of a run stays. */
  readonly keepsCheckpoints: boolean;
  /** Commit of the program as the user has named it, which counts for all runs. */
  readonly namedRevision: string | undefined;
  /** Commit of the program, where it is known. */
  readonly revision: string | undefined;
  /** Asks to stop. */
  readonly signal: AbortSignal;
}
