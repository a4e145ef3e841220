import type { TaskScores } from "../score_task.ts";
import type { TextScore } from "../scoring/score_text.ts";
import { tasks } from "../tasks/tasks.ts";
import type { PreparedTask } from "./prepare_task.ts";

/** A task that a model was scored on. */
export interface ScoredTask {
  /** The task. */
  readonly prepared: PreparedTask;
  /** Its scores. */
  readonly scores: TaskScores;
}

/** A text that a model was scored on. */
export interface ScoredText {
  /** Its name. */
  readonly name: string;
  /** Its scores. */
  readonly score: TextScore;
}

/** What is known besides the scores; goes into `config`. */
export interface HarnessConfig {
  /** What the model is: `runs/x, step 200`. */
  readonly model: string;
  /** Details of it. */
  readonly model_args: Readonly<Record<string, string | number | null>>;
  /** Tokens of a pass. */
  readonly batch_size: number;
  /** Where it ran. */
  readonly device: string;
  /** Rows that were scored of each task; null for all. */
  readonly limit: number | null;
  /** Seed of few-shot examples. */
  readonly fewshot_seed: number;
}

/** The contents of `results.json`, in the layout of lm-evaluation-harness 0.4. */
export interface HarnessResults {
  /** Scores by task, named `acc,none` and `acc_stderr,none`. */
  readonly results: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  /** Tasks that a task consists of: none. */
  readonly group_subtasks: Readonly<Record<string, readonly string[]>>;
  /** How each task is defined. */
  readonly configs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Version of each definition. */
  readonly versions: Readonly<Record<string, number>>;
  /** Solved examples before each question. */
  readonly "n-shot": Readonly<Record<string, number>>;
  /** Whether more is better, by task and score. */
  readonly higher_is_better: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  /** Rows, all and scored. */
  readonly "n-samples": Readonly<Record<string, { readonly original: number; readonly effective: number }>>;
  /** What else is known. */
  readonly config: HarnessConfig;
  /** When, in seconds since 1970. */
  readonly date: number;
  /** The model. */
  readonly model_name: string;
  /** Most tokens that it reads. */
  readonly max_length: number;
  /** Seconds that scoring took, in decimal digits. */
  readonly total_evaluation_time_seconds: string;
}

/** What {@linkcode harnessResults} is told besides the scores. */
export interface HarnessFacts {
  /** What is known of model and device. */
  readonly config: HarnessConfig;
  /** Most tokens that the model reads. */
  readonly longest: number;
  /** When. */
  readonly date: Date;
  /** Seconds that scoring took. */
  readonly seconds: number;
}

/**
 * The contents of `results.json`.
 *
 * @param scoredTasks Tasks with their scores
 * @param scoredTexts Texts with theirs
 * @param facts What else is known
 * @returns Plain JSON
 *
 * @example One task
 * ```ts
 * import { harnessResults, prepareTask, scoreTask } from "@beyond24/evaluation";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const docs = [{ goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label: 0 }];
 * const prepared = prepareTask("piqa", docs, new ByteTokenizer(), { longest: 64 });
 * const config = { model: "x", model_args: {}, batch_size: 64, device: "cpu", limit: null, fewshot_seed: 1234 };
 * const facts = { config, longest: 64, date: new Date(), seconds: 1 };
 * const { results } = harnessResults([{ prepared, scores: scoreTask("piqa", docs, [-1, -2]) }], [], facts);
 * assertEquals(results.piqa?.["acc,none"], 1);
 * ```
 */
export function harnessResults(
  scoredTasks: readonly ScoredTask[],
  scoredTexts: readonly ScoredText[],
  { config, longest, date, seconds }: HarnessFacts,
): HarnessResults {
  const perTask = <Value>(value: (scored: ScoredTask) => Value, ofText: (scored: ScoredText) => Value) =>
    Object.fromEntries([
      ...scoredTasks.map((scored) => [scored.prepared.task, value(scored)] as const),
      ...scoredTexts.map((scored) => [scored.name, ofText(scored)] as const),
    ]);
  return {
    results: perTask(taskResults, textResults),
    group_subtasks: perTask(() => [], () => []),
    configs: perTask(
      ({ prepared }) => taskConfig(prepared),
      ({ name }) => ({ task: name, output_type: "loglikelihood_rolling" }),
    ),
    versions: perTask(() => 1, () => 1),
    "n-shot": perTask(({ prepared }) => prepared.fewShot, () => 0),
    higher_is_better: perTask<Record<string, boolean>>(
      ({ prepared: { task } }) => Object.fromEntries(tasks[task].metrics.map((metric) => [metric, true])),
      () => ({ word_perplexity: false, byte_perplexity: false, bits_per_byte: false }),
    ),
    "n-samples": perTask(
      ({ prepared: { docs, allDocs } }) => ({ original: allDocs, effective: docs.length }),
      () => ({ original: 1, effective: 1 }),
    ),
    config,
    date: date.getTime() / 1000,
    model_name: config.model,
    max_length: longest,
    total_evaluation_time_seconds: String(seconds),
  };
}

function taskResults({ prepared: { task, docs }, scores }: ScoredTask): Record<string, string | number> {
  const numbers = tasks[task].metrics.flatMap((metric) => {
    const [value, error] = [scores[metric] ?? NaN, scores[`${metric}_stderr`] ?? NaN];
    return [[`${metric},none`, value], [`${metric}_stderr,none`, Number.isNaN(error) ? "N/A" : error]] as const;
  });
  return { alias: task, ...Object.fromEntries(numbers), sample_len: docs.length };
}

function textResults({ name, score }: ScoredText): Record<string, string | number> {
  return {
    alias: name,
    "word_perplexity,none": score.wordPerplexity,
    "word_perplexity_stderr,none": "N/A",
    "byte_perplexity,none": score.bytePerplexity,
    "byte_perplexity_stderr,none": "N/A",
    "bits_per_byte,none": score.bitsPerByte,
    "bits_per_byte_stderr,none": "N/A",
    sample_len: 1,
  };
}

function taskConfig({ task, fewShot }: PreparedTask): Record<string, unknown> {
  const { source: { path, name, split }, metrics } = tasks[task];
  return {
    task,
    dataset_path: path,
    ...(name === undefined ? {} : { dataset_name: name }),
    [`${split}_split`]: split,
    num_fewshot: fewShot,
    metric_list: metrics.map((metric) => ({ metric, aggregation: "mean", higher_is_better: true })),
    output_type: "multiple_choice",
    target_delimiter: " ",
    fewshot_delimiter: "\n\n",
    metadata: { version: 1 },
  };
}
