import { seededRandom } from "@beyond24/routing";

/** Tokens of the vocabulary from which {@linkcode zipfTokens} draws. */
export const zipfVocabulary = 32_000;

/** Tokens as a text has them: the n-th most common one about a n-th as often as the first. */
export function zipfTokens(count: number): Int32Array {
  const random = seededRandom(1);
  return Int32Array.from({ length: count }, () => Math.floor(zipfVocabulary ** random()) - 1);
}
