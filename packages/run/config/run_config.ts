import type { Recipe } from "@beyond24/recipe";
import type { configTable } from "./config_table.ts";

/** The type of a key's values. */
export type ConfigValue<Field> = Field extends { kind: "integer" | "number" } ? number
  : Field extends { kind: "switch" } ? boolean
  : Field extends { kind: "choice"; choices: readonly (infer Word)[] } ? Word
  : Field extends { kind: "list" } ? readonly string[]
  : Field extends { kind: "recipe" } ? Recipe
  : string;

/** The type of a key or of a section's keys. */
export type ConfigPart<Part> = Part extends { keys: infer Keys }
  ? { readonly [Key in keyof Keys]: ConfigValue<Keys[Key]> }
  : ConfigValue<Part>;

/**
 * Everything that determines a run: plain JSON, written to `config.json`. Its keys are those of {@linkcode
 * configTable}.
 */
export type RunConfig = { readonly [Name in keyof typeof configTable]: ConfigPart<(typeof configTable)[Name]> };

/** Every key in the form `section.key`, such as `train.steps`. */
export type ConfigKeyName = {
  [Name in keyof RunConfig]: (typeof configTable)[Name] extends { keys: infer Keys } ? `${Name}.${keyof Keys & string}`
    : Name;
}[keyof RunConfig];

/** The type of the values of a dotted key. */
export type ConfigValueOf<Name extends ConfigKeyName> = Name extends keyof RunConfig ? RunConfig[Name]
  : Name extends `${infer Section extends keyof RunConfig}.${infer Key}`
    ? Key extends keyof RunConfig[Section] ? RunConfig[Section][Key] : never
  : never;

/** Where to compute. */
export type DeviceConfig = RunConfig["device"];

/** A kind of device, or `"auto"` for the fastest one that this machine has. */
export type DeviceName = DeviceConfig["name"];
