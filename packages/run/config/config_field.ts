import { isRecipe, mostSteps, parseRecipe, type Recipe, type TrainingPreset } from "@beyond24/recipe";

/** A number in decimal digits; no other base, no space. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What every key of the configuration has, whatever its values are. */
export interface ConfigKey<Value> {
  /** What it means, in one sentence. */
  readonly sentence: string;
  /** What is counted: `steps`, `sequences`. */
  readonly unit?: string;
  /** The value unless it is set: the same everywhere, or that of a preset. */
  readonly default: Value | ((preset: TrainingPreset) => Value);
  /**
   * What runs did before there was this key; a new key that changes numbers has it, so that old runs go on as they
   * were.
   */
  readonly formerly?: Value;
  /**
   * Whether a resumed run may have another value: `free` as it changes no number, `once` for this time as it says where
   * to compute, `recorded` as it changes the numbers of the steps to come. Left out: a run keeps its value.
   */
  readonly resume?: "free" | "once" | "recorded";
}

/** A whole or any finite number within bounds. */
export interface NumberValues {
  /** Whether fractions are refused. */
  readonly kind: "integer" | "number";
  /** The least value. */
  readonly minimum: number;
  /** The greatest value. */
  readonly maximum: number;
  /** What divides every value. Left out: any whole number, or any number. */
  readonly multipleOf?: number;
}

/** `true` or `false`. */
export interface SwitchValues {
  /** Says that it is a switch. */
  readonly kind: "switch";
}

/** One of a few words. */
export interface ChoiceValues {
  /** Says that it is a choice. */
  readonly kind: "choice";
  /** The words. */
  readonly choices: readonly string[];
}

/** Any text that is not empty, or a list of such texts. */
export interface TextValues {
  /** Whether it is one text or a list. */
  readonly kind: "text" | "list";
  /** What it may be, in words. */
  readonly form: string;
}

/** Phases with their steps. */
export interface RecipeValues {
  /** Says that it is a recipe. */
  readonly kind: "recipe";
}

/** The values that a key, or a flag of the command line, takes. */
export type FieldValues = NumberValues | SwitchValues | ChoiceValues | TextValues | RecipeValues;

/** One key of the configuration: what it means, and the values that it takes. */
export type ConfigField =
  | NumberValues & ConfigKey<number>
  | SwitchValues & ConfigKey<boolean>
  | ChoiceValues & ConfigKey<string>
  | TextValues & ConfigKey<string | readonly string[]>
  | RecipeValues & ConfigKey<Recipe>;

/** Keys that belong together. */
export interface ConfigSection {
  /** What they are about, in one sentence. */
  readonly sentence: string;
  /** Each key by its name. */
  readonly keys: Readonly<Record<string, ConfigField>>;
}

/**
 * The values of a key or flag in words, for messages and help.
 *
 * @param field The key or flag
 * @returns Such as `an integer from 1 to 1024`
 *
 * @example Describe
 * ```ts
 * import { configField, describeValues } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeValues(configField("device.dtype")), "one of f32, f16");
 * ```
 */
export function describeValues(field: FieldValues): string {
  switch (field.kind) {
    case "integer":
      return `an integer from ${field.minimum} to ${field.maximum}` +
        (field.multipleOf === undefined ? "" : `, a multiple of ${field.multipleOf}`);
    case "number":
      return `a number from ${field.minimum} to ${field.maximum}`;
    case "switch":
      return "true or false";
    case "choice":
      return `one of ${field.choices.join(", ")}`;
    case "text":
    case "list":
      return field.form;
    case "recipe":
      return "phases such as dense:20,sparse:130,dense:150 (dense or sparse, a colon, steps from 1), or a list such " +
        `as [{ "phase": "dense", "steps": 20 }], at most ${mostSteps} steps in all`;
  }
}

/**
 * Whether a value from JSON is one that a key or flag takes.
 *
 * @param field The key or flag
 * @param value Any value
 * @returns True if it is
 *
 * @example Accept
 * ```ts
 * import { acceptsValue, configField } from "@beyond24/run";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(acceptsValue(configField("train.seed"), 7));
 * assertFalse(acceptsValue(configField("train.seed"), "7"));
 * ```
 */
export function acceptsValue(field: FieldValues, value: unknown): boolean {
  switch (field.kind) {
    case "integer":
      return typeof value === "number" && Number.isSafeInteger(value) && isWithin(field, value);
    case "number":
      return typeof value === "number" && Number.isFinite(value) && isWithin(field, value);
    case "switch":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && field.choices.includes(value);
    case "text":
      return isText(value);
    case "list":
      return Array.isArray(value) && value.every(isText);
    case "recipe":
      return isRecipe(value);
  }
}

/**
 * Reads the text behind `--set key=` or a flag.
 *
 * @param field The key or flag
 * @param text The text
 * @returns The value; a text that cannot be read comes back as it is, to be refused when it is applied
 *
 * @example Read
 * ```ts
 * import { configField, parseValue } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseValue(configField("train.steps"), "2e2"), 200);
 * assertEquals(parseValue(configField("data.paths"), "book.txt"), ["book.txt"]);
 * ```
 */
export function parseValue(field: FieldValues, text: string): unknown {
  switch (field.kind) {
    case "integer":
    case "number":
      return decimal.test(text) ? Number(text) : text;
    case "switch":
      return orText(text, JSON.parse);
    case "list":
      return text.startsWith("[") ? orText(text, JSON.parse) : [text];
    case "recipe":
      return orText(text, text.startsWith("[") ? JSON.parse : parseRecipe);
    default:
      return text;
  }
}

function isWithin({ minimum, maximum, multipleOf }: NumberValues, value: number): boolean {
  return value >= minimum && value <= maximum && (multipleOf === undefined || value % multipleOf === 0);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function orText(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}
