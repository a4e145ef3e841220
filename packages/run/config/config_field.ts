import { isRecipe, mostSteps, parseRecipe } from "@beyond24/recipe";

/** The values that a key of the configuration takes. */
export interface ConfigField {
  /** In words, for messages and help: `an integer >= 1`. */
  readonly description: string;
  /** Whether a value from JSON is one of them. */
  accepts(value: unknown): boolean;
  /** Reads the text behind `--set key=`; what it cannot read it returns as it is, to be refused. */
  parse(text: string): unknown;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whole numbers. */
export function integer(minimum: number, maximum: number): ConfigField {
  return {
    description: `an integer from ${minimum} to ${maximum}`,
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
    parse: parseJson,
  };
}

/** Finite numbers. */
export function number(minimum: number, maximum: number): ConfigField {
  return {
    description: `a number from ${minimum} to ${maximum}`,
    accepts: (value) => Number.isFinite(value) && Number(value) >= minimum && Number(value) <= maximum,
    parse: parseJson,
  };
}

/** `true` and `false`. */
export function flag(): ConfigField {
  return { description: "true or false", accepts: (value) => typeof value === "boolean", parse: parseJson };
}

/** A few words. */
export function oneOf(...words: string[]): ConfigField {
  return {
    description: `one of ${words.join(", ")}`,
    accepts: (value) => typeof value === "string" && words.includes(value),
    parse: (text) => text,
  };
}

/** Any text. */
export function text(description: string): ConfigField {
  return { description, accepts: (value) => typeof value === "string" && value !== "", parse: (value) => value };
}

/** Files and folders; in `--set` a JSON list or one path. */
export function paths(): ConfigField {
  return {
    description: "a list of paths",
    accepts: (value) => Array.isArray(value) && value.every((path) => typeof path === "string" && path !== ""),
    parse: (text) => text.startsWith("[") ? parseJson(text) : [text],
  };
}

/** A recipe; in `--set` JSON or `dense:20,sparse:130,dense:150`. */
export function phases(): ConfigField {
  return {
    description:
      "phases such as dense:20,sparse:130,dense:150 (dense or sparse, a colon, steps from 1), or a list such as " +
      `[{ "phase": "dense", "steps": 20 }], at most ${mostSteps} steps in all`,
    accepts: isRecipe,
    parse: (text) => text.startsWith("[") ? parseJson(text) : parsePhases(text),
  };
}

function parsePhases(text: string): unknown {
  try {
    return parseRecipe(text);
  } catch {
    return text;
  }
}
