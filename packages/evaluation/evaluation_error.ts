/**
 * Something cannot be evaluated: a data set is missing or of another format, or a model has no tokenizer. The message
 * names it.
 *
 * @example Tell a bad data set from other failures
 * ```ts
 * import { EvaluationError, taskRequests } from "@beyond24/evaluation";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => taskRequests("piqa", [{ text: "no question" }]), EvaluationError);
 * ```
 */
export class EvaluationError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "EvaluationError";
}
