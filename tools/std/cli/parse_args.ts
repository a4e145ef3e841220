/**
 * Offline stand-in for `parseArgs` of `jsr:@std/cli`, with the options that this repository uses and lists where the
 * real one also takes a single name.
 *
 * `deno.json` links it so that the suite runs where JSR cannot be reached; the GitHub workflow also runs the suite, and
 * the tests beside this file, without the link, against the real package.
 * @module
 */

/** What the flags are. */
export interface ParseOptions {
  /** Flags that take a text. With `"_"` among them, words that belong to no flag stay texts too. */
  readonly string?: readonly string[];
  /** Flags that take nothing. They are false unless they are given. */
  readonly boolean?: readonly string[];
  /** Flags that may be given more than once, and give a list. */
  readonly collect?: readonly string[];
  /** Other names of flags. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Values of flags that are not given. */
  readonly default?: Readonly<Record<string, unknown>>;
  /** Is asked about every word that belongs to no flag, and every unknown flag: `false` leaves it out. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The values of flags by name, and in `_` the words that belong to none. */
export type Args = Record<string, unknown> & { _: (string | number)[] };

type Value = string | number | boolean;

/** Reads the arguments of a command line. */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const { string = [], boolean = [], collect = [], alias = {}, default: defaults = {}, unknown = () => true } = options;
  const namesOf = (key: string) => [
    key,
    ...Object.entries(alias).flatMap(([name, other]) => name === key ? [other] : other === key ? [name] : []),
  ];
  const isAmong = (flags: readonly string[], key: string) => namesOf(key).some((name) => flags.includes(name));
  const result: Args = { _: [] };

  const set = (key: string, text: string | boolean, arg: string) => {
    const isKnown = isAmong([...string, ...boolean, ...collect], key) || namesOf(key).length > 1;
    if (!isKnown && unknown(arg, key, text) === false) return;
    const value = isAmong(string, key) ? text : toNumber(text);
    for (const name of namesOf(key)) {
      const before = result[name];
      if (!isAmong(collect, name)) result[name] = value;
      else result[name] = Array.isArray(before) ? [...before, value] : [value];
    }
  };

  const end = args.includes("--") ? args.indexOf("--") : args.length;
  for (let index = 0; index < end; index++) {
    const arg = args[index] ?? "";
    const next = index + 1 < end ? args[index + 1] ?? "" : "";
    const [, dashes = "", key = "", text] = /^(--?)([^-=][^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (dashes === "") {
      if (unknown(arg) !== false) result._.push(word(arg, string));
      continue;
    }
    if (text !== undefined) {
      set(key, isAmong(boolean, key) ? text !== "false" : text, arg);
      continue;
    }
    const takesNext = next !== "" && (next === "-" || !next.startsWith("-")) && !isAmong(boolean, key);
    const isSwitched = next === "true" || next === "false";
    if (takesNext || isSwitched) index++;
    set(key, takesNext ? next : isSwitched ? next === "true" : isAmong(string, key) ? "" : true, arg);
  }

  for (const [key, value] of Object.entries(defaults)) {
    for (const name of namesOf(key)) result[name] ??= value;
  }
  for (const key of boolean) for (const name of namesOf(key)) result[name] ??= false;
  for (const key of string) if (collect.includes(key)) result[key] ??= [];
  result._.push(...args.slice(end + 1));
  return result;
}

function toNumber(text: string | boolean): Value {
  return typeof text === "string" && text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function word(arg: string, strings: readonly string[]): string | number {
  const value = strings.includes("_") ? arg : toNumber(arg);
  return typeof value === "boolean" ? arg : value;
}
