import { loadCorpus, readTokenIndex } from "@beyond24/data";
import type { RunConfig } from "@beyond24/run";
import { type DataSource, dataSources } from "../run/data_sources.ts";

/** How often a run goes through a source of data. */
export interface SourcePlan {
  /** What the user wrote, without a weight. */
  readonly path: string;
  /** Its part of the sequences. */
  readonly weight: number;
  /** Its tokens to train on. */
  readonly tokens: number;
  /** Times that the run goes through them. */
  readonly epochs: number;
}

/**
 * What a run makes of its data. Tokens are not looked at: their index says how many there are.
 *
 * @param config The configuration
 * @returns The sources, in order
 * @throws {DataError} If the data cannot be used
 * @throws {UsageError} If the parts of a mixture are wrong
 */
export async function dataPlan({ data, train, model, train: { steps } }: RunConfig): Promise<SourcePlan[]> {
  const sources = await dataSources(data.paths);
  const tokens = steps * train.batchSize * train.microBatches * model.sequenceLength;
  const isMixture = sources.some(({ weight }) => weight !== undefined);
  const sizes = isMixture
    ? await Promise.all(sources.map(async (source) => ({ ...source, tokens: await tokensOf([source], data) })))
    : [{ path: data.paths.join(", "), weight: 1, tokens: await tokensOf(sources, data) }];
  const sum = sizes.reduce((total, { weight = 1 }) => total + weight, 0);
  return sizes.map(({ path, weight: given = 1, tokens: length }) => {
    const weight = given / sum;
    return { path, weight, tokens: length, epochs: weight * tokens / length };
  });
}

/** Tokens to train on of prepared tokens, or of texts together. */
async function tokensOf(sources: readonly DataSource[], { validationFraction }: RunConfig["data"]): Promise<number> {
  const [first] = sources;
  if (first?.isPrepared) return (await readTokenIndex(first.path)).train.tokens;
  const { texts } = await loadCorpus(sources.map(({ path }) => path));
  return texts.reduce((sum, { bytes }) => sum + bytes.length - Math.floor(bytes.length * validationFraction), 0);
}
