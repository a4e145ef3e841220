import { EvaluationError } from "@beyond24/evaluation";
import { ByteTokenizer, type Tokenizer } from "@beyond24/tokenizer";

/**
 * Refuses a tokenizer that cannot be that of a model.
 *
 * @param path Folder of the run or checkpoint, for messages
 * @param vocabularySize That of the model
 * @param tokenizer The tokenizer
 * @param isNamed Whether the user has named it
 * @throws {EvaluationError} If it gives tokens that the model does not know, or is that of bytes only because there is
 * none
 */
export function checkTokenizer(path: string, vocabularySize: number, tokenizer: Tokenizer, isNamed: boolean): void {
  if (!isNamed && tokenizer instanceof ByteTokenizer && vocabularySize !== tokenizer.vocabularySize) {
    throw new EvaluationError(
      `Cannot evaluate ${path} as it has no tokenizer.json and its vocabulary is not that of bytes: ` +
        `current value is ${vocabularySize} tokens, name its tokenizer with --tokenizer`,
    );
  }
  if (tokenizer.vocabularySize <= vocabularySize) return;
  throw new EvaluationError(
    `Cannot evaluate ${path} as the model knows the first ${vocabularySize} tokens only: ` +
      `current value of the tokenizer is ${tokenizer.vocabularySize}`,
  );
}
