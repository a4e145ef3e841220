import { configField, configFields, configSections } from "@beyond24/run";
import { type Command, defineCommand } from "./command.ts";
import { defaultOf, keyFacts } from "./key_facts.ts";
import { exitCodes } from "./exit_codes.ts";
import { printing } from "./permissions.ts";
import { twoColumns, wrap } from "./two_columns.ts";

/** `explain`: what the keys of the configuration mean. */
export const explainCommand: Command = defineCommand({
  name: "explain",
  sentence: "Explains a key of the configuration, or lists all of them or those of a section",
  operand: { name: "key", sentence: "a key such as train.steps, or a section such as train", least: 0, most: 1 },
  flags: {},
  tasks: [{ name: "explain", permissions: printing }],
  examples: [
    ["explain", "every key, with its default and meaning"],
    ["explain sparsity", "those of a section"],
    ["explain train.steps", "all about one"],
  ],
  run: ({ operands: [name], terminal }) => {
    const { columns } = terminal;
    terminal.out(name === undefined || configSections.has(name) ? listKeys(name, columns) : explainKey(name, columns));
    return Promise.resolve(exitCodes.done);
  },
});

function listKeys(section: string | undefined, columns: number): string {
  const keys = [...configFields].filter(([key]) => section === undefined || key.startsWith(`${section}.`));
  return twoColumns(keys.map(([key, { sentence }]) => [key, `${sentence} (default: ${defaultOf(key)})`]), columns);
}

function explainKey(key: string, columns: number): string {
  const { sentence } = configField(key, `explain ${key}`);
  return `${key}\n\n${wrap(sentence, columns)}.\n\n${twoColumns(keyFacts(key), columns)}`;
}
