import { UsageError } from "../usage_error.ts";
import { didYouMean } from "./did_you_mean.ts";
import type { ConfigField, ConfigSection } from "./config_field.ts";
import { configTable } from "./config_table.ts";

const table: [name: string, part: ConfigField | ConfigSection][] = Object.entries(configTable);

/**
 * Every key of {@linkcode configTable} in the form `section.key`, such as `train.steps`: what a file or `--set` may
 * hold.
 */
export const configFields: ReadonlyMap<string, ConfigField> = new Map(
  table.flatMap(([name, part]): [string, ConfigField][] =>
    "keys" in part ? Object.entries(part.keys).map(([key, field]) => [`${name}.${key}`, field]) : [[name, part]]
  ),
);

/** What each section of {@linkcode configTable} is about, by its name. */
export const configSections: ReadonlyMap<string, string> = new Map(
  table.flatMap(([name, part]): [string, string][] => "keys" in part ? [[name, part.sentence]] : []),
);

/**
 * Looks up a key.
 *
 * @param key Such as `train.steps`
 * @param action What is to be done with it, for messages: `set train.steps in --set`. Default: `use` it
 * @returns The key
 * @throws {UsageError} If there is no such key; the message has the nearest one
 *
 * @example Look up a key
 * ```ts
 * import { configField } from "@beyond24/run";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(configField("train.readEvery").unit, "steps");
 * assertThrows(() => configField("trian.steps"), Error, "Did you mean train.steps?");
 * ```
 */
export function configField(key: string, action = `use ${key}`): ConfigField {
  const field = configFields.get(key);
  if (field !== undefined) return field;
  const names = [...configFields.keys(), ...(key.includes(".") ? [] : configSections.keys())];
  throw new UsageError(`Cannot ${action} as there is no such key${didYouMean(key, names)}`);
}
