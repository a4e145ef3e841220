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

function range(minimum: number, maximum: number): string {
  return maximum === Infinity ? `>= ${minimum}` : `from ${minimum} to ${maximum}`;
}

/** Whole numbers. */
export function integer(minimum: number, maximum = Infinity): ConfigField {
  return {
    description: `an integer ${range(minimum, maximum)}`,
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
    parse: parseJson,
  };
}

/** Finite numbers. */
export function number(minimum: number, maximum: number): ConfigField {
  return {
    description: `a number ${range(minimum, maximum)}`,
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
    description: 'a list of phases such as [{ "phase": "dense", "steps": 20 }], or dense:20,sparse:130,dense:150',
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isPhase),
    parse: (text) => text.startsWith("[") ? parseJson(text) : parsePhases(text),
  };
}

function isPhase(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 2) return false;
  const { phase, steps } = value as { phase?: unknown; steps?: unknown };
  return (phase === "dense" || phase === "sparse") && Number.isSafeInteger(steps) && Number(steps) >= 0;
}

function parsePhases(text: string): unknown {
  return text.split(",").map((part) => {
    const [phase, steps] = part.split(":");
    return { phase, steps: Number(steps) };
  });
}
