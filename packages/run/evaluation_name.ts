/** What tells one evaluation of a run from another. */
export interface EvaluationSettings {
  /** Steps that were done. */
  readonly step: number;
  /** Whether it is the model of the run or its dense twin. */
  readonly role: "main" | "baseline";
  /** How the feed-forward networks are computed. */
  readonly mode: "dense" | "sparse";
  /** Solved examples before each question. */
  readonly fewShot: number;
  /** Rows of each task that are scored; undefined for all. */
  readonly limit: number | undefined;
}

/**
 * The name of the folder that an evaluation leaves.
 *
 * @param settings What tells it from others
 * @returns Such as `step-00000200-sparse`
 *
 * @example Everything set
 * ```ts
 * import { evaluationName } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = { step: 200, role: "baseline", mode: "dense", fewShot: 5, limit: 100 } as const;
 * assertEquals(evaluationName(settings), "baseline-step-00000200-dense-5-shot-first-100");
 * ```
 */
export function evaluationName({ step, role, mode, fewShot, limit }: EvaluationSettings): string {
  return [
    ...role === "baseline" ? ["baseline"] : [],
    `step-${String(step).padStart(8, "0")}`,
    mode,
    ...fewShot > 0 ? [`${fewShot}-shot`] : [],
    ...limit === undefined ? [] : [`first-${limit}`],
  ].join("-");
}

/**
 * Whether {@linkcode evaluationName} gives such a name.
 *
 * @param name Any name
 *
 * @example One of somebody else
 * ```ts
 * import { isEvaluation } from "@beyond24/run";
 * import { assert } from "@std/assert";
 *
 * assert(isEvaluation("step-00000200-sparse") && !isEvaluation("notes"));
 * ```
 */
export function isEvaluation(name: string): boolean {
  return /^(baseline-)?step-\d{8,15}-(dense|sparse)(-\d+-shot)?(-first-\d+)?$/.test(name);
}
