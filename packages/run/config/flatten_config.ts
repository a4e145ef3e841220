import { UsageError } from "../usage_error.ts";
import { configSections } from "./config_fields.ts";

/** Values by dotted key, such as `{ "train.steps": 200 }`. */
export type ConfigValues = Readonly<Record<string, unknown>>;

/**
 * Turns sections into dotted keys: `{ train: { steps: 200 } }` into `{ "train.steps": 200 }`. Lists are values.
 *
 * @param sections What a configuration file holds
 * @param source Name of the file, for messages
 * @returns Values by dotted key, unknown keys too; an unknown section without a key stands for itself
 * @throws {UsageError} If it is not an object
 *
 * @example Flatten
 * ```ts
 * import { flattenConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(flattenConfig({ preset: "tiny", train: { steps: 9 } }, "a.json"), { "preset": "tiny", "train.steps": 9 });
 * ```
 */
export function flattenConfig(sections: unknown, source: string): ConfigValues {
  if (!isObject(sections)) {
    throw new UsageError(
      `Cannot read ${source} as it must hold an object: current value is ${JSON.stringify(sections)?.slice(0, 40)}`,
    );
  }
  const entries = Object.entries(sections).flatMap(([section, content]): [string, unknown][] => {
    if (!isObject(content)) return [[section, content]];
    const keys = Object.entries(content);
    if (keys.length === 0 && !configSections.has(section)) return [[section, content]];
    return keys.map(([key, value]) => [`${section}.${key}`, value]);
  });
  // Unlike an assignment, this makes a key "__proto__" a key like any other, to be refused.
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
