import {
  ByteTokenizer,
  type Corpus,
  corpusDigest,
  DataError,
  holdsTokens,
  loadCorpus,
  openTokens,
  repositoryCorpus,
  splitCorpus,
  type Tokenizer,
} from "@beyond24/data";
import { type RunConfig, UsageError } from "@beyond24/run";
import type { RunData } from "./session_runner.ts";

/** A {@linkcode RunData} with the number of its texts. Dispose of it when the run ends. */
export interface LoadedData extends RunData, Disposable {
  /** Texts of the corpus. */
  readonly texts: number;
  /** What made the tokens; undefined for bytes. */
  readonly tokenizer?: Tokenizer;
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
  const [folder, ...others] = config.data.paths;
  if (folder !== undefined && await holdsTokens(folder)) return await loadTokens(config, folder, others);
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
  return { split, digest: await corpusDigest(corpus), texts: corpus.texts.length, [Symbol.dispose]: () => {} };
}

/** A vocabulary of a model is a multiple of it, as matrix products like. */
const vocabularyStep = 64;

/** Opens prepared tokens, and sees that the model has their vocabulary. */
async function loadTokens(config: RunConfig, folder: string, others: readonly string[]): Promise<LoadedData> {
  if (others.length > 0) {
    throw new UsageError(
      `Cannot train on ${folder} and ${others[0]} as prepared tokens are used alone: prepare both together`,
    );
  }
  const tokens = await openTokens(folder);
  try {
    const { index, train, validation, digest } = tokens;
    const { vocabularySize } = index.tokenizer;
    const padded = Math.ceil(vocabularySize / vocabularyStep) * vocabularyStep;
    if (![vocabularySize, padded].includes(config.model.vocabularySize)) {
      throw new UsageError(
        `Cannot train as the tokens in ${folder} are of a vocabulary of ${vocabularySize}: current value of ` +
          `model.vocabularySize is ${config.model.vocabularySize}. Choose --set model.vocabularySize=${padded}`,
      );
    }
    const least = config.model.sequenceLength + 1;
    for (const [name, { length }] of Object.entries({ train, validation })) {
      if (length >= least) continue;
      throw new DataError(
        `Cannot train on ${folder} as its ${name} part must hold ${least} tokens: current value is ${length}`,
      );
    }
    const close = () => tokens[Symbol.dispose]();
    return {
      split: { train, validation },
      digest,
      texts: index.train.documents,
      tokenizer: tokens.tokenizer,
      [Symbol.dispose]: close,
    };
  } catch (error) {
    tokens[Symbol.dispose]();
    throw error;
  }
}
