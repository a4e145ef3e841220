/**
 * Tokens cannot be written into a folder: it holds other things, or another process works in it. The documents may be
 * fine.
 *
 * @example Tell it from documents that cannot be used
 * ```ts
 * import { FolderInUseError, prepareTokens } from "@beyond24/data/prepare";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertRejects } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.txt`, "text");
 * const tokenizer = new ByteTokenizer();
 * const options = { paths: [`${folder}/a.txt`], out: folder, tokenizer, validation: 0, workers: 1 };
 * await assertRejects(() => prepareTokens(options), FolderInUseError, "it holds other files");
 * ```
 */
export class FolderInUseError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "FolderInUseError";
}
