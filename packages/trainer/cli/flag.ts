import {
  configField,
  type ConfigKeyName,
  type ConfigValue,
  type ConfigValueOf,
  describeValues,
  type FieldValues,
} from "@beyond24/run";

/** A flag that sets a key of the configuration, whose values and meaning it has. */
export interface KeyFlag {
  /** The key, such as `train.seed`. */
  readonly key: ConfigKeyName;
  /** What stands for the value in help: `number`. None for a switch. */
  readonly placeholder?: string;
}

/** A flag of its own. */
export type OwnFlag = FieldValues & {
  /** What it means, in one sentence. */
  readonly sentence: string;
  /** What stands for the value in help: `number`. None for a switch. */
  readonly placeholder?: string;
  /** Its value when it is not given. */
  readonly default?: string | number;
};

/** One flag of a command. */
export type Flag = KeyFlag | OwnFlag;

/** The flags of a command: `initFrom` is `--init-from`. */
export type FlagTable = Readonly<Record<string, Flag>>;

/**
 * What a flag was given; a switch is `false` and other flags are undefined when they are not given and have no default.
 */
export type FlagValue<F> = F extends { key: infer Key extends ConfigKeyName } ? ConfigValueOf<Key> | undefined
  : F extends { kind: "list" } ? readonly string[] | undefined
  : F extends { kind: "switch" } | { default: string | number } ? ConfigValue<F>
  : ConfigValue<F> | undefined;

/** What the flags of a command were given. */
export type FlagValues<Flags extends FlagTable> = { readonly [Name in keyof Flags]: FlagValue<Flags[Name]> };

/** `--init-from` for `initFrom`. */
export function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The values that a flag takes. */
export function valuesOf(flag: Flag): FieldValues {
  return "key" in flag ? configField(flag.key) : flag;
}

/** What a flag means, with its choices, default and key. */
export function describeFlag(flag: Flag): string {
  const values = valuesOf(flag);
  const { sentence } = "key" in flag ? configField(flag.key) : flag;
  const notes = [
    ...("key" in flag ? [`sets ${flag.key}`] : []),
    ...(values.kind === "choice" ? [describeValues(values)] : []),
    ...("default" in flag ? [`default: ${JSON.stringify(flag.default)}`] : []),
  ];
  return notes.length === 0 ? sentence : `${sentence} (${notes.join("; ")})`;
}
