import { TokenizerError } from "./tokenizer_error.ts";
import type { AddedToken, BytePairModel, TokenizerFile, TokenizerStep } from "./tokenizer_file.ts";

/** Vocabularies are smaller; a larger number is a fault of the file, and would only take memory. */
const mostTokens = 2 ** 24;

/**
 * Checks what a `tokenizer.json` holds.
 *
 * @param value What was parsed
 * @param file Name of the file, for messages
 * @returns The same, with pairs of merges as pairs
 * @throws {TokenizerError} If it is not the description of a byte-pair encoding
 */
export function checkTokenizerFile(value: unknown, file: string): TokenizerFile {
  const fail = (what: string, found: unknown) => {
    throw new TokenizerError(`Cannot load ${file} as ${what}: current value is ${shown(found)}`);
  };
  if (!isObject(value)) return fail("it must hold an object", value);
  const added = value.added_tokens ?? [];
  if (!Array.isArray(added)) return fail("added_tokens must be a list", added);
  const badToken = added.find((token) => !isAddedToken(token));
  if (badToken !== undefined) return fail("an added token must have an id and a content", badToken);
  for (const key of ["normalizer", "pre_tokenizer", "post_processor", "decoder"]) {
    if (!isStep(value[key] ?? null)) return fail(`${key} must be an object with a type`, value[key]);
  }
  return {
    ...value,
    version: typeof value.version === "string" ? value.version : "1.0",
    truncation: value.truncation ?? null,
    padding: value.padding ?? null,
    added_tokens: added,
    normalizer: stepOf(value.normalizer),
    pre_tokenizer: stepOf(value.pre_tokenizer),
    post_processor: stepOf(value.post_processor),
    decoder: stepOf(value.decoder),
    model: checkModel(value.model, fail),
  };
}

type Fail = (what: string, found: unknown) => never;

function checkModel(model: unknown, fail: Fail): BytePairModel {
  if (!isObject(model) || (model.type ?? "BPE") !== "BPE") {
    return fail("its model must be byte-pair encoding (BPE)", isObject(model) ? model.type : model);
  }
  const { vocab, merges } = model;
  if (!isVocabulary(vocab)) return fail(`its vocabulary must give every entry a number below 2^24`, vocab);
  if (!Array.isArray(merges)) return fail("its merges must be a list", merges);
  for (const key of ["dropout", "continuing_subword_prefix", "end_of_word_suffix"]) {
    if (model[key] !== undefined && model[key] !== null && model[key] !== "" && model[key] !== 0) {
      fail(`its model must have no ${key}`, model[key]);
    }
  }
  const pairs = merges.map((merge) => pairOf(merge, vocab) ?? fail("a merge must be of two entries to a third", merge));
  return { ...model, type: "BPE", vocab, merges: pairs, ignore_merges: model.ignore_merges === true };
}

function pairOf(merge: unknown, vocab: Record<string, number>): [string, string] | undefined {
  const pair: unknown = typeof merge === "string" ? merge.split(" ") : merge;
  if (!Array.isArray(pair) || pair.length !== 2) return undefined;
  const [left, right]: unknown[] = pair;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  return [left, right, left + right].every((entry) => Object.hasOwn(vocab, entry)) ? [left, right] : undefined;
}

function isVocabulary(value: unknown): value is Record<string, number> {
  return isObject(value) && Object.values(value).every(isTokenNumber) && Object.keys(value).length > 0;
}

function isTokenNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < mostTokens;
}

function isAddedToken(value: unknown): value is AddedToken {
  return isObject(value) && isTokenNumber(value.id) && typeof value.content === "string" && value.content !== "";
}

function isStep(value: unknown): value is TokenizerStep | null {
  return value === null || isObject(value) && typeof value.type === "string";
}

function stepOf(value: unknown): TokenizerStep | null {
  return value === undefined || !isStep(value) ? null : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 60);
}
