import { UsageError } from "../usage_error.ts";
import type { ConfigValues } from "./apply_config.ts";

/**
 * Turns sections into dotted keys: `{ train: { steps: 200 } }` into `{ "train.steps": 200 }`. Lists are values.
 *
 * @param sections What a configuration file holds
 * @param source Name of the file, for messages
 * @returns Values by dotted key
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
  const values = Object.entries(sections).flatMap(([section, content]) =>
    isObject(content)
      ? Object.entries(content).map(([key, value]) => [`${section}.${key}`, value] as const)
      : [[section, content] as const]
  );
  // Assigned one by one, a key "__proto__" would be lost without a word.
  return Object.fromEntries(values);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
