/**
 * A tokenizer cannot be loaded, trained or used. The message says why.
 *
 * @example Tell a bad tokenizer from other failures
 * ```ts
 * import { loadTokenizer, TokenizerError } from "@beyond24/tokenizer";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadTokenizer("{}"), TokenizerError);
 * ```
 */
export class TokenizerError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "TokenizerError";
}
