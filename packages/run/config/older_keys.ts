import { mostSteps } from "@beyond24/recipe";
import { acceptsValue, type FieldValues } from "./config_field.ts";
import type { ConfigValues } from "./flatten_config.ts";
import type { RunConfig } from "./run_config.ts";

/** A key that there was, and what it means now. */
interface OlderKey {
  /** The values that it took. */
  readonly values: FieldValues;
  /** The key in its place. */
  readonly key: string;
  /** Its value there; the other values of the configuration are given. */
  readonly convert: (value: number, tokensOfBatch: number) => number;
}

/** Keys of older configurations. */
const olderKeys: Readonly<Record<string, OlderKey>> = {
  "train.evaluateBatches": {
    values: { kind: "integer", minimum: 1, maximum: mostSteps },
    key: "train.validationTokens",
    convert: (batches, tokensOfBatch) => batches * tokensOfBatch,
  },
};

/**
 * The values that a key of an older configuration took.
 *
 * @param key Such as `train.evaluateBatches`
 * @returns Its values; undefined when there was no such key
 */
export function olderValues(key: string): FieldValues | undefined {
  return Object.hasOwn(olderKeys, key) ? olderKeys[key]?.values : undefined;
}

/**
 * Puts the keys of today in the place of those that there were. What is not understood stays, to be refused when it is
 * applied.
 *
 * @param values Values by dotted key
 * @param config The configuration that they are put over
 * @returns Values by dotted key
 *
 * @example Batches of a validation are its tokens
 * ```ts
 * import { currentValues, presetConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const values = { "train.evaluateBatches": 50, "train.batchSize": 2 };
 * const now = currentValues(values, presetConfig("tiny"));
 * assertEquals(now, { "train.batchSize": 2, "train.validationTokens": 50 * 2 * 128 });
 * ```
 */
export function currentValues(values: ConfigValues, config: RunConfig): ConfigValues {
  const size = (key: string, own: number) => typeof values[key] === "number" ? values[key] : own;
  const tokensOfBatch = size("train.batchSize", config.train.batchSize) *
    size("model.sequenceLength", config.model.sequenceLength);
  const converted: [string, unknown][] = [];
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(values)) {
    const older = Object.hasOwn(olderKeys, key) ? olderKeys[key] : undefined;
    const isUnderstood = older !== undefined && typeof value === "number" && acceptsValue(older.values, value);
    if (isUnderstood) converted.push([older.key, older.convert(value, tokensOfBatch)]);
    else kept.push([key, value]);
  }
  // Where both are given, that of today counts.
  return Object.fromEntries([...converted, ...kept]);
}
