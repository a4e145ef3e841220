import type { ConfigValues } from "@beyond24/run";
import type { ConfigSources } from "../config/resolve_config.ts";
import type { FlagTable, FlagValues } from "./flag.ts";

/** The flags that choose a configuration. */
export const configFlags = {
  preset: { key: "preset", placeholder: "name" },
  config: {
    kind: "text",
    form: "the path of a file",
    placeholder: "file",
    sentence: "JSON file over the preset, such as --print-config prints",
  },
  set: {
    kind: "list",
    form: "assignments such as train.steps=200",
    placeholder: "key=value...",
    sentence: "Single values over everything else, such as train.steps=200; explain lists all keys",
  },
} as const satisfies FlagTable;

/** The sources of a configuration that the flags name. */
export function configSources(
  table: FlagTable,
  flags: FlagValues<typeof configFlags>,
): ConfigSources {
  const { preset, ...values } = keyValues(table, flags);
  return {
    ...(typeof preset === "string" ? { preset } : {}),
    ...(flags.config === undefined ? {} : { file: flags.config }),
    flags: values,
    assignments: flags.set ?? [],
  };
}

/** The values, by dotted key, of the flags that set one. */
export function keyValues(table: FlagTable, flags: Readonly<Record<string, unknown>>): ConfigValues {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, flag]) =>
      "key" in flag && flags[name] !== undefined ? [[flag.key, flags[name]]] : []
    ),
  );
}
