import { DataError, holdsTokens, readTokenIndex } from "@beyond24/data";
import { UsageError } from "@beyond24/run";

/** One of the places that data come from. */
export interface DataSource {
  /** What the user wrote, without a weight. */
  readonly path: string;
  /** Its part of a mixture, above 0, of any size; undefined when none was given. */
  readonly weight: number | undefined;
  /** Whether it is a folder of prepared tokens; else it is text. */
  readonly isPrepared: boolean;
}

/** A vocabulary of a model is a multiple of it, as matrix products like. */
const vocabularyStep = 64;

/** Bytes, the tokens of text that was not prepared. */
const byteTokens = 256;

/**
 * Reads what `--data` was given: paths, or paths with their parts of a mixture, such as `tokens/a=0.7`. A path that
 * exists as it is written has no weight.
 *
 * @param paths What was given
 * @returns The sources
 * @throws {UsageError} If a weight is not above 0, some sources have none, or prepared tokens are named beside others
 * without one
 */
export async function dataSources(paths: readonly string[]): Promise<DataSource[]> {
  const sources = await Promise.all(paths.map(dataSource));
  const isWeighted = sources.some(({ weight }) => weight !== undefined);
  const bare = sources.find(({ weight, isPrepared }) => weight === undefined && (isWeighted || isPrepared));
  if (bare === undefined || sources.length < 2) return sources;
  throw new UsageError(
    `Cannot train on ${paths.join(" and ")} as each of several sources must have its part: ` +
      `current value is ${bare.path}. Write ${bare.path}=0.5`,
  );
}

async function dataSource(text: string): Promise<DataSource> {
  const [, path = text, number] = await exists(text) ? [] : /^(.+)=([^=/\\]*)$/.exec(text) ?? [];
  const isPrepared = await holdsTokens(path);
  if (number === undefined) return { path, weight: undefined, isPrepared };
  const weight = number === "" ? NaN : Number(number);
  if (weight > 0 && weight < Infinity) return { path, weight, isPrepared };
  throw new UsageError(`Cannot train on ${text} as its part must be a number above 0: current value is ${number}`);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/**
 * Tokens that a model of some data must know: those of the first prepared source, or bytes.
 *
 * @param sources The data
 * @returns Their number
 * @throws {DataError} If the index of prepared tokens is wrong
 */
export async function tokensOfData(sources: readonly DataSource[]): Promise<number> {
  const prepared = sources.find(({ isPrepared }) => isPrepared);
  if (prepared === undefined) return byteTokens;
  return (await readTokenIndex(prepared.path)).tokenizer.vocabularySize;
}

/** A number of tokens, filled up to a vocabulary. */
export function paddedVocabulary(tokens: number): number {
  return Math.ceil(tokens / vocabularyStep) * vocabularyStep;
}

/** What makes a part of prepared tokens longer. */
const remedies = { train: "Prepare more documents", validation: "Hold more out with prepare --validation" };

/** Refuses a part of prepared tokens that is shorter than a sequence and the token behind it. */
export function checkParts(
  path: string,
  parts: Readonly<Record<keyof typeof remedies, { readonly length: number }>>,
  least: number,
): void {
  for (const name of ["train", "validation"] as const) {
    const { length } = parts[name];
    if (length >= least) continue;
    throw new DataError(
      `Cannot train on ${path} as its ${name} part must hold ${least} tokens: current value is ${length}. ` +
        `${remedies[name]}, or take shorter sequences`,
    );
  }
}
