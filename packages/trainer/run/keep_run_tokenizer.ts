import { type FileSystem, readTextFile, replaceFile } from "@beyond24/disk";
import { type RunFolder, UsageError } from "@beyond24/run";
import { ByteTokenizer, type Tokenizer, tokenizerFiles } from "@beyond24/tokenizer";

/**
 * Keeps the tokenizer with the run, so that its model can be used where the tokens are not.
 *
 * @param folder The run; where it has a tokenizer, as after an import, it must be this one
 * @param tokenizer That of the tokens; bytes need no file
 * @param fileSystem The disk
 * @throws {UsageError} If the run has another tokenizer: the model would have to learn its tokens anew
 */
export async function keepRunTokenizer(
  folder: RunFolder,
  tokenizer: Tokenizer,
  fileSystem: FileSystem,
): Promise<void> {
  const present = await readTextFile(folder.tokenizer);
  const files = tokenizerFiles(tokenizer);
  if (present !== undefined && present !== files["tokenizer.json"]) {
    throw new UsageError(
      `Cannot train ${folder.path} on this data as the model's tokenizer is another: use tokens that prepare made ` +
        "with " +
        folder.tokenizer,
    );
  }
  if (tokenizer instanceof ByteTokenizer) return;
  await replaceFile(folder.tokenizer, files["tokenizer.json"], fileSystem);
  await replaceFile(folder.tokenizerConfig, files["tokenizer_config.json"], fileSystem);
}
