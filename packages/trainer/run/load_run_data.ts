import { createHash } from "node:crypto";
import {
  ByteTokenizer,
  corpusDigest,
  DataError,
  loadCorpus,
  openTokens,
  repositoryCorpus,
  splitCorpus,
  type Tokenizer,
  type TokenMixture,
  tokenMixture,
  type TokenSource,
} from "@beyond24/data";
import { type RunConfig, UsageError } from "@beyond24/run";
import type { SourceFacts } from "./run_observer.ts";
import { type BranchTokenizer, branchTokenizer, isOf, otherTokenizer } from "./branch_tokenizer.ts";
import { checkParts, type DataSource, dataSources, paddedVocabulary, tokensOfData } from "./data_sources.ts";

/** The data of a run. Dispose of it when the run ends. */
export interface RunData extends Disposable {
  /** Tokens of both parts. */
  readonly split: Readonly<Record<"train" | "validation", TokenMixture>>;
  /** Fingerprint of tokens, tokenizer and proportions. */
  readonly digest: string;
  /** What made the tokens. */
  readonly tokenizer: Tokenizer;
  /** The sources, in the order of the mixture. */
  readonly sources: readonly SourceFacts[];
}

/** One source, opened. */
interface OpenSource extends Disposable {
  readonly name: string;
  readonly weight: number;
  readonly texts: number;
  readonly train: TokenSource;
  readonly validation: TokenSource;
  readonly digest: string;
  readonly tokenizer: Tokenizer;
}

/** How {@linkcode loadRunData} opens data. */
export interface LoadRunDataOptions {
  /** Whether a vocabulary of which most can never occur is let through. */
  readonly force: boolean;
  /** Whether the run begins here, with the weights of another one where it is told to. */
  readonly begins: boolean;
}

/**
 * Opens the data of a run. Without paths it is this repository.
 *
 * @param config The configuration
 * @param options What is let through
 * @returns Tokens and fingerprint
 * @throws {DataError} If the data cannot be used
 * @throws {UsageError} If the model's vocabulary is not that of the data, or the weights that it begins with have
 * another tokenizer
 */
export async function loadRunData(config: RunConfig, { force, begins }: LoadRunDataOptions): Promise<RunData> {
  const sources = await dataSources(config.data.paths);
  const { initFrom } = config.train;
  const branch = begins && initFrom !== "none" ? await branchTokenizer(initFrom) : undefined;
  // Before tokens are compared with their digests, which takes a second for each gigabyte.
  checkVocabulary(config, await tokensOfData(sources), { force, branch });
  const isMixture = sources.some(({ weight, isPrepared }) => weight !== undefined || isPrepared);
  using opened = new DisposableStack();
  const open = isMixture ? await openAll(sources, config, opened) : [await openTexts(config.data.paths, 1, config)];
  const [first, ...others] = open;
  if (first === undefined) throw new TypeError("Cannot train without data");
  for (const other of others) checkTokenizer(first, other);
  if (branch !== undefined && !isOf(branch, first.tokenizer)) {
    throw otherTokenizer(branch, first.tokenizer.vocabularySize);
  }
  const mixture = (part: "train" | "validation") =>
    tokenMixture(open.map(({ weight, [part]: tokens }) => ({ tokens, weight })));
  const [train, validation] = [mixture("train"), mixture("validation")];
  const kept = opened.move();
  return {
    split: { train, validation },
    digest: others.length === 0 ? first.digest : mixtureDigest(open, train),
    tokenizer: first.tokenizer,
    sources: open.map(({ name, texts, train: { length }, validation }, index) => ({
      name,
      texts,
      weight: train[index]?.weight ?? 1,
      trainTokens: length,
      validationTokens: validation.length,
    })),
    [Symbol.dispose]: () => kept.dispose(),
  };
}

async function openAll(
  sources: readonly DataSource[],
  config: RunConfig,
  stack: DisposableStack,
): Promise<OpenSource[]> {
  const open: OpenSource[] = [];
  for (const { path, weight = 1, isPrepared } of sources) {
    open.push(
      stack.use(isPrepared ? await openPrepared(path, weight, config) : await openTexts([path], weight, config)),
    );
  }
  return open;
}

async function openPrepared(path: string, weight: number, { model }: RunConfig): Promise<OpenSource> {
  using stack = new DisposableStack();
  const { index, train, validation, digest, tokenizer } = stack.use(await openTokens(path));
  checkParts(path, { train, validation }, model.sequenceLength + 1);
  const kept = stack.move();
  const close = () => kept.dispose();
  const { documents: texts } = index.train;
  return { name: path, weight, texts, train, validation, digest, tokenizer, [Symbol.dispose]: close };
}

async function openTexts(paths: readonly string[], weight: number, { data, model }: RunConfig): Promise<OpenSource> {
  const corpus = paths.length === 0 ? await repositoryCorpus() : await loadCorpus(paths);
  const { validationFraction } = data;
  const split = splitCorpus(corpus, { validationFraction, sequenceLength: model.sequenceLength });
  return {
    name: paths.length === 0 ? "sources and documents of beyond24" : paths.join(", "),
    weight,
    texts: corpus.texts.length,
    ...split,
    digest: corpusDigest(corpus),
    tokenizer: new ByteTokenizer(),
    [Symbol.dispose]: () => {},
  };
}

/** What a resumed run must find again: every source, and its part. */
function mixtureDigest(sources: readonly OpenSource[], mixture: TokenMixture): string {
  const parts = JSON.stringify(sources.map(({ digest }, index) => [digest, mixture[index]?.weight]));
  return createHash("sha256").update(parts).digest("hex");
}

/** Sources of one mixture must mean the same by a token. */
function checkTokenizer(first: OpenSource, other: OpenSource): void {
  if (JSON.stringify(first.tokenizer) === JSON.stringify(other.tokenizer)) return;
  const [size, otherSize] = [first.tokenizer.vocabularySize, other.tokenizer.vocabularySize];
  throw new DataError(
    `Cannot train on ${first.name} and ${other.name} together as they must be of one tokenizer: ` +
      `current value is one of ${size} tokens and another one of ${otherSize}. Prepare them with the same`,
  );
}

function checkVocabulary(
  { model: { vocabularySize } }: RunConfig,
  tokens: number,
  { force, branch }: { readonly force: boolean; readonly branch: BranchTokenizer | undefined },
): void {
  if (branch !== undefined && branch.tokenizer.vocabularySize !== tokens) throw otherTokenizer(branch, tokens);
  const padded = paddedVocabulary(tokens);
  if (vocabularySize === tokens || vocabularySize === padded || (force && vocabularySize > tokens)) return;
  const wayOut = vocabularySize > tokens ? ", or --force to train those that never occur all the same" : "";
  throw new UsageError(
    `Cannot train as the data are of a vocabulary of ${tokens} tokens: current value of model.vocabularySize is ` +
      `${vocabularySize}. Leave it out, or choose ${padded}${wayOut}`,
  );
}
