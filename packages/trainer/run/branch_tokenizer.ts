import { findCheckpoint, loadRunTokenizer, UsageError } from "@beyond24/run";
import { loadTokenizer, type Tokenizer } from "@beyond24/tokenizer";

/** What the weights that a run begins with mean by a token. */
export interface BranchTokenizer {
  /** Where the weights lie. */
  readonly from: string;
  /** Their tokenizer. */
  readonly tokenizer: Tokenizer;
  /** Its file; undefined for bytes. */
  readonly file: string | undefined;
}

/**
 * Finds the tokenizer of the weights that a run begins with.
 *
 * @param from Folder of a checkpoint, or of a run
 * @throws {CheckpointError} If there is no whole checkpoint
 */
export async function branchTokenizer(from: string): Promise<BranchTokenizer> {
  const { tokenizer: file } = await findCheckpoint(from);
  // Older checkpoints have none, but their run has.
  const tokenizer = file === undefined ? await loadRunTokenizer(from) : await loadTokenizer(file);
  return { from, tokenizer, file };
}

/** Whether tokens of data are those of the weights. */
export function isOf({ tokenizer }: BranchTokenizer, other: Tokenizer): boolean {
  return JSON.stringify(tokenizer) === JSON.stringify(other);
}

/**
 * The error for data of another tokenizer: their tokens would mean something else to the weights.
 *
 * @param branch The weights
 * @param tokens Tokens of the data's vocabulary
 */
export function otherTokenizer({ from, tokenizer, file }: BranchTokenizer, tokens: number): UsageError {
  const wayOut = file === undefined ? "name plain texts, which are read as bytes" : `prepare the texts with ${file}`;
  return new UsageError(
    `Cannot begin with the weights of ${from} on this data as its tokenizer must be theirs, of ` +
      `${tokenizer.vocabularySize} tokens: current value is another of ${tokens}; ${wayOut}`,
  );
}
