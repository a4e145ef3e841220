/**
 * The training data cannot be used: a file is missing, empty, not text or too short. The message names it.
 *
 * @example Tell bad data from other failures
 * ```ts
 * import { DataError, loadCorpus } from "@beyond24/data";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadCorpus([]), DataError);
 * ```
 */
export class DataError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "DataError";
}
