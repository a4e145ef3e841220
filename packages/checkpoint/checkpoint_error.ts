/**
 * A checkpoint cannot be saved or loaded. The message names the file.
 *
 * @example Tell a bad checkpoint from other failures
 * ```ts
 * import { CheckpointError, loadNewestCheckpoint } from "@beyond24/checkpoint";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadNewestCheckpoint("no/such/folder"), CheckpointError);
 * ```
 */
export class CheckpointError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "CheckpointError";
}
