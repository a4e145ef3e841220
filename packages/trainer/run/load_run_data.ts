import { ByteTokenizer, type Corpus, corpusDigest, loadCorpus, repositoryCorpus, splitCorpus } from "@beyond24/data";
import { type RunConfig, UsageError } from "@beyond24/run";
import type { RunData } from "./session_runner.ts";

/** A {@linkcode RunData} with the number of its texts. */
export interface LoadedData extends RunData {
  /** Texts of the corpus. */
  readonly texts: number;
}

/** Tokens for which a vocabulary has room, for each one that the tokenizer knows, before it is taken for a mistake. */
const mostRoom = 2;

/**
 * Reads and splits the data of a run. Without paths it is this repository.
 *
 * @param config The configuration
 * @param options Whether a vocabulary of which most can never occur is let through
 * @returns Tokens and fingerprint
 * @throws {DataError} If the data cannot be used
 * @throws {UsageError} If the model's vocabulary is smaller than the tokenizer's, or so large that most of it can never occur
 */
export async function loadRunData(
  config: RunConfig,
  options: { readonly force: boolean },
): Promise<LoadedData> {
  const tokenizer = new ByteTokenizer();
  if (config.model.vocabularySize < tokenizer.vocabularySize) {
    throw new UsageError(
      `Cannot train as model.vocabularySize must be at least ${tokenizer.vocabularySize}, the number of bytes: ` +
        `current value is ${config.model.vocabularySize}`,
    );
  }
  const { vocabularySize } = config.model;
  if (vocabularySize > mostRoom * tokenizer.vocabularySize && !options.force) {
    throw new UsageError(
      `Cannot train as ${
        vocabularySize - tokenizer.vocabularySize
      } of ${vocabularySize} tokens of the model can never ` +
        `occur, the tokenizer has ${tokenizer.vocabularySize}: choose model.vocabularySize=${tokenizer.vocabularySize}, ` +
        "or --force to train them all the same",
    );
  }
  const { paths, validationFraction } = config.data;
  const corpus: Corpus = paths.length === 0 ? await repositoryCorpus() : await loadCorpus(paths);
  const { sequenceLength } = config.model;
  const split = splitCorpus(corpus, { tokenizer, validationFraction, sequenceLength });
  return { split, digest: await corpusDigest(corpus), texts: corpus.texts.length };
}
