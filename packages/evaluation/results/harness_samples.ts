import type { ScoredRequest } from "../scoring/score_requests.ts";
import { tasks } from "../tasks/tasks.ts";
import type { PreparedTask } from "./prepare_task.ts";
import { scorePrepared } from "./score_prepared.ts";

/** One document of a task as `--log-samples` writes it, in the layout of lm-evaluation-harness 0.4. */
export interface HarnessSample {
  /** Place of the document in its split. */
  readonly doc_id: number;
  /** The row. */
  readonly doc: unknown;
  /** Index of the right choice, as text. */
  readonly target: string;
  /** Context (`arg_0`) and continuation (`arg_1`) of each request. */
  readonly arguments: Readonly<Record<string, { readonly arg_0: string; readonly arg_1: string }>>;
  /** Log-likelihood of each, and whether greedy decoding gives it, as Python writes them. */
  readonly resps: readonly (readonly (readonly [string, string])[])[];
  /** The same, one for each request. */
  readonly filtered_resps: readonly (readonly [string, string])[];
  /** Always `none`. */
  readonly filter: string;
  /** Names of the scores. */
  readonly metrics: readonly string[];
  /** What the document counts by log-likelihood. */
  readonly acc?: number;
  /** The same by length. */
  readonly acc_norm?: number;
}

/**
 * What `--log-samples` writes, a record for each document.
 *
 * @param prepared The task
 * @param scored What a model says of its requests
 * @returns Records
 *
 * @example One document
 * ```ts
 * import { harnessSamples, prepareTask } from "@beyond24/evaluation";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const docs = [{ goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label: 0 }];
 * const prepared = prepareTask("piqa", docs, new ByteTokenizer(), { longest: 64 });
 * const scored = [[-2.5, -3].map((logLikelihood) => ({ logLikelihood, isGreedy: false }))];
 * const [sample] = harnessSamples(prepared, scored);
 * assertEquals([sample?.filtered_resps[0], sample?.acc], [["-2.5", "False"], 1]);
 * ```
 */
export function harnessSamples(
  prepared: PreparedTask,
  scored: readonly (readonly ScoredRequest[])[],
): HarnessSample[] {
  const { task, docs, questions, requests } = prepared;
  const counts = scorePrepared(prepared, scored);
  let at = 0;
  return questions.map(({ choices, gold }, doc_id) => {
    const own = requests.slice(at, at += choices.length);
    const responses = (scored[doc_id] ?? []).map(({ logLikelihood, isGreedy }) =>
      [String(logLikelihood), isGreedy ? "True" : "False"] as const
    );
    return {
      doc_id,
      doc: docs[doc_id],
      target: String(gold),
      arguments: Object.fromEntries(
        own.map(({ context, continuation }, i) => [`gen_args_${i}`, { arg_0: context, arg_1: continuation }]),
      ),
      resps: responses.map((response) => [response]),
      filtered_resps: responses,
      filter: "none",
      metrics: tasks[task].metrics,
      ...counts[doc_id],
    };
  });
}
