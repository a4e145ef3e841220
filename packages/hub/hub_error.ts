/**
 * A folder of Hugging Face cannot be read, or a model has no such form. The message names file, key and value.
 *
 * @example Tell a bad folder from other failures
 * ```ts
 * import { HubError, importHuggingFace } from "@beyond24/hub";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => importHuggingFace("no/such/folder"), HubError, "config.json");
 * ```
 */
export class HubError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "HubError";
}
