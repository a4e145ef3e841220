/** A question with its choices, ready to be asked: what a row of a data set becomes. */
export interface Question {
  /** The text before each choice's continuation; mostly the same for all. */
  readonly contexts: readonly string[];
  /** The text that is scored for each choice, behind its context and a space. */
  readonly continuations: readonly string[];
  /** The choices, whose lengths in code points are what `acc_norm` divides by. */
  readonly choices: readonly string[];
  /** Index of the right choice. */
  readonly gold: number;
}

/** Where the rows of a task come from, as the Hub names it. */
export interface TaskSource {
  /** Repository of the data set. */
  readonly path: string;
  /** Its configuration; undefined when there is one only. */
  readonly name?: string;
  /** Rows that are scored. */
  readonly split: "test" | "validation";
}

/**
 * A number that a task is scored with: the share of right answers, by log-likelihood or by that over the length of the
 * choice.
 */
export type Metric = "acc" | "acc_norm";

/** How a task's rows become questions, and which numbers are its scores. */
export interface Task {
  /** The data set. */
  readonly source: TaskSource;
  /** The scores, in the order in which they are shown. */
  readonly metrics: readonly Metric[];
  /** The score that is quoted most. */
  readonly quoted: Metric;
  /** What a row must be like, for messages. */
  readonly expected: string;
  /**
   * What a row asks.
   *
   * @returns The question; its gold is no place among the choices where the row's answer is none of them
   * @throws {Error} If the row has another shape
   */
  readonly question: (row: unknown) => Question;
}
