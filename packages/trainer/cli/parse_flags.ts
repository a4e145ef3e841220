import { acceptsValue, describeValues, didYouMean, parseValue, UsageError } from "@beyond24/run";
import { parseArgs } from "@std/cli/parse-args";
import { type Flag, flagName, type FlagTable, type FlagValues, valuesOf } from "./flag.ts";

/** What a command was called with. */
export interface ParsedFlags<Flags extends FlagTable> {
  /** The values of its flags. */
  readonly flags: FlagValues<Flags>;
  /** The words that belong to no flag. */
  readonly operands: readonly string[];
}

/**
 * Reads the arguments of a command.
 *
 * @param table The flags that it has
 * @param args What follows its name
 * @returns Values and words
 * @throws {UsageError} If a flag is unknown (the message has the nearest one), lacks its value or does not take it
 */
export function parseFlags<Flags extends FlagTable>(table: Flags, args: readonly string[]): ParsedFlags<Flags> {
  const flags = Object.entries(table).map(([name, flag]) => ({ name, flag, word: flagName(name).slice(2) }));
  const words = (kinds: readonly string[]) =>
    flags.filter(({ flag }) => kinds.includes(valuesOf(flag).kind)).map(({ word }) => word);
  const switches = words(["switch"]);
  const parsed: Record<string, unknown> = parseArgs(joinValues(table, args), {
    boolean: switches,
    string: ["_", ...flags.map(({ word }) => word).filter((word) => !switches.includes(word))],
    collect: words(["list"]),
    unknown: (arg, key) => key === undefined || refuseUnknown(arg, flags.map(({ word }) => `--${word}`)),
  });
  const values = flags.map(({ name, flag, word }) => [name, readValue(`--${word}`, flag, parsed[word])]);
  return { flags: checked(table, Object.fromEntries(values)), operands: texts(parsed._) };
}

/**
 * Ties values to their flags, as `--seed=7` and `--set=a=1 --set=b=2`. Left to itself, `parseArgs` takes one word for a
 * flag, and none that begins with a dash, such as the value of `--temperature -1`, which is then refused for what it
 * is.
 */
export function joinValues(table: FlagTable, args: readonly string[]): string[] {
  const flags = new Map(Object.entries(table).map(([name, flag]) => [flagName(name), valuesOf(flag).kind]));
  const joined: string[] = [];
  const rest = [...args];
  while (rest.length > 0 && rest[0] !== "--") {
    const arg = rest.shift() ?? "";
    const kind = flags.get(arg);
    const isSwitched = flags.get(arg.split("=", 1)[0] ?? "") === "switch" && arg.includes("=");
    if (isSwitched) throw new UsageError(`Cannot use ${arg} as this flag takes no value`);
    if (kind === undefined || kind === "switch") {
      joined.push(kind === "switch" ? `${arg}=true` : arg);
      continue;
    }
    const value = rest.shift();
    if (value === undefined || flags.has(value)) {
      throw new UsageError(`Cannot use ${arg} without a value: current value is ${value ?? "none"}`);
    }
    joined.push(`${arg}=${value}`);
    while (kind === "list" && rest.length > 0 && !rest[0]?.startsWith("-")) joined.push(`${arg}=${rest.shift()}`);
  }
  return [...joined, ...rest];
}

function refuseUnknown(arg: string, names: readonly string[]): never {
  const name = arg.split("=", 1)[0] ?? arg;
  throw new UsageError(`Cannot use ${name} as there is no such flag${didYouMean(name, names)}`);
}

function readValue(name: string, flag: Flag, given: unknown): unknown {
  const values = valuesOf(flag);
  const fallback = "default" in flag ? flag.default : undefined;
  if (values.kind === "switch") return given === true || ("key" in flag ? undefined : false);
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return fallback;
  const value = values.kind === "list" ? given : parseValue(values, String(given));
  if (acceptsValue(values, value)) return value;
  const guess = values.kind === "choice" ? didYouMean(String(given), values.choices) : "";
  throw new UsageError(
    `Cannot use ${name} as it must be ${describeValues(values)}: current value is ${
      given === "" ? "empty" : given
    }${guess}`,
  );
}

function checked<Flags extends FlagTable>(table: Flags, values: Record<string, unknown>): FlagValues<Flags> {
  if (hasValues(table, values)) return values;
  throw new TypeError("Cannot read flags as a default must be a value that its flag takes");
}

function hasValues<Flags extends FlagTable>(table: Flags, values: unknown): values is FlagValues<Flags> {
  if (typeof values !== "object" || values === null) return false;
  const given = new Map(Object.entries(values).filter(([, value]) => value !== undefined));
  return Object.entries(table).every(([name, flag]) =>
    given.has(name) ? acceptsValue(valuesOf(flag), given.get(name)) : !("default" in flag)
  );
}

function texts(words: unknown): string[] {
  return Array.isArray(words) ? words.map(String) : [];
}
