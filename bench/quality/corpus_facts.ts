import { ByteTokenizer, corpusDigest, holdsTokens, loadCorpus, openTokens, repositoryCorpus } from "@beyond24/data";
import { dataKeys, formatCount, UsageError } from "@beyond24/run";
import { type QualityJob, stepsOf, tokensPerStep, validationBatches } from "./jobs.ts";
import { qualitySizes } from "./sizes.ts";

/** What the data of all runs is. */
export interface CorpusFacts {
  /** Its digest, as the runs record it. */
  readonly digest: string;
  readonly trainTokens: number;
  readonly heldOutTokens: number;
  /** Tokens that a model must know. */
  readonly vocabularySize: number;
}

/** Part of every text that is held out; what a run has unless it is set. */
const heldOut = dataKeys.keys.validationFraction.default;
/** A vocabulary of a model is a multiple of it, as matrix products like. */
const vocabularyStep = 64;

/**
 * Reads the data once, so that what is wrong with it is said before anything is computed.
 *
 * @param paths Texts, or a folder of prepared tokens; none for the sources of this repository
 * @throws {DataError} If it cannot be used
 * @throws {UsageError} If prepared tokens are not alone: a mixture has no corpus of its own to tell rows apart by
 */
export async function corpusFacts(paths: readonly string[]): Promise<CorpusFacts> {
  for (const folder of paths) {
    if (!await holdsTokens(folder)) continue;
    if (paths.length === 1) return await tokensFacts(folder);
    throw new UsageError(`Cannot use --data as prepared tokens must stand alone: current value is ${paths.join(" ")}`);
  }
  const corpus = paths.length === 0 ? await repositoryCorpus() : await loadCorpus(paths);
  const bytes = corpus.texts.map(({ bytes }) => bytes.length);
  const held = bytes.map((length) => Math.floor(length * heldOut));
  const [all, validation] = [bytes, held].map((lengths) => lengths.reduce((sum, length) => sum + length, 0));
  return {
    digest: corpusDigest(corpus),
    trainTokens: (all ?? 0) - (validation ?? 0),
    heldOutTokens: validation ?? 0,
    vocabularySize: new ByteTokenizer().vocabularySize,
  };
}

async function tokensFacts(folder: string): Promise<CorpusFacts> {
  using tokens = await openTokens(folder);
  const { index: { validation, tokenizer }, digest, train } = tokens;
  return {
    digest,
    trainTokens: train.length,
    heldOutTokens: validation.tokens,
    vocabularySize: Math.ceil(tokenizer.vocabularySize / vocabularyStep) * vocabularyStep,
  };
}

/** How many times a job goes over the corpus. */
export function epochsOf(job: QualityJob, { trainTokens }: CorpusFacts): number {
  return stepsOf(job) * tokensPerStep(job.size) / trainTokens;
}

/** Tokens of a validation: whole sequences, as many as are held out of those that the size asks for. */
export function validationTokensOf({ size }: QualityJob, { heldOutTokens }: CorpusFacts): number {
  const { sequenceLength } = qualitySizes[size];
  const available = Math.floor((heldOutTokens - 1) / sequenceLength) * sequenceLength;
  return Math.min(available, validationBatches(size) * tokensPerStep(size));
}

/** What is to be known of the corpus before runs of these jobs: a line each. */
export function corpusNotes(jobs: readonly QualityJob[], facts: CorpusFacts): string[] {
  const longest = new Map(jobs.toSorted((a, b) => stepsOf(a) - stepsOf(b)).map((job) => [job.size, job]));
  return [...longest.values()].flatMap((job) => {
    const epochs = epochsOf(job, facts);
    const validation = validationTokensOf(job, facts);
    const { validationTokens } = qualitySizes[job.size];
    const wanted = stepsOf(job) * tokensPerStep(job.size);
    return [
      ...(epochs <= 1 ? [] : [
        `${job.size}: ${formatCount(wanted)} tokens are asked for and there are ${
          formatCount(facts.trainTokens)
        } to train ` +
        `on, so the runs go over them ${epochs.toFixed(1)} times`,
      ]),
      ...(validation >= validationTokens ? [] : [
        `${job.size}: validations are of ${formatCount(validation)} tokens, as the corpus is too small to hold out ` +
        `${formatCount(validationTokens)}`,
      ]),
    ];
  });
}
