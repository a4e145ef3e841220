import { configFields, configSections } from "@beyond24/run";
import type { Command, CommandFacts, Task } from "./command.ts";
import { describeCommand, describeProgram } from "./describe_help.ts";
import { programFlags } from "./command_line.ts";
import { keyFacts } from "./key_facts.ts";
import { wrap } from "./two_columns.ts";

/** Columns of help in documents. */
const columns = 100;

/** Columns of prose in documents. */
const lineWidth = 120;

const generated = "<!-- Written by `deno task build:docs` from the tables in the sources. -->";

/** `docs/configuration.md`: every key of the configuration. */
export function configurationPage(): string {
  const sections = [undefined, ...configSections.keys()].map((section) => {
    const keys = [...configFields.keys()].filter((key) =>
      (key.includes(".") ? key.split(".")[0] : undefined) === section
    );
    const title = section === undefined ? [] : [`## ${section}`, "", `${configSections.get(section)}.`, ""];
    return [...title, ...keys.flatMap(keyLines)].join("\n");
  });
  const introduction = [
    "# Configuration",
    "",
    generated,
    "",
    "Every value of a run has a key: preset < `--config file.json` < flags < `--set train.steps=60 sparsity.plan=w1`.",
    "`deno task train --print-config` prints them all as a file for `--config`; `deno task explain train.steps` says " +
    "what",
    "stands here.",
    "",
  ];
  return [...introduction, ...sections].join("\n").trimEnd() + "\n";
}

function keyLines(key: string): string[] {
  const facts = keyFacts(key).map(([title, text]) => "- " + wrap(`${title}: ${text}`, lineWidth, "  ").trimStart());
  return [`### \`${key}\``, "", `${configFields.get(key)?.sentence}.`, "", ...facts, ""];
}

/** `docs/commands.md`: the help of every command. */
export function commandsPage(commands: readonly CommandFacts[]): string {
  const block = (text: string) => ["```text", text.trimEnd(), "```", ""];
  return [
    "# Commands",
    "",
    generated,
    "",
    "Each is a task, `deno task train`, or `deno run packages/trainer/main.ts train` with permissions of your own.",
    "",
    ...block(describeProgram(commands, programFlags, columns)),
    ...commands.flatMap((command) => [`## ${command.name}`, "", ...block(describeCommand(command, columns))]),
  ].join("\n").trimEnd() + "\n";
}

/** `deno.json` with the tasks of all commands and their permissions. */
export function withTasks(manifest: string, commands: readonly Command[]): string {
  const { tasks, ...rest } = JSON.parse(manifest);
  const own = commands.flatMap((command) => command.tasks.map((task) => ({ task, command })));
  const names = new Set(own.map(({ task }) => task.name));
  const others = Object.entries(tasks).filter(([name, task]) => !names.has(name) && !isOfCommand(task));
  const content = {
    ...rest,
    tasks: Object.fromEntries([...own.map(({ task, command }) => [task.name, taskEntry(task, command)]), ...others]),
    permissions: Object.fromEntries(own.map(({ task }) => [task.name, task.permissions])),
  };
  // In the order that the file has.
  const order = Object.keys(JSON.parse(manifest));
  return JSON.stringify(Object.fromEntries(order.map((key) => [key, content[key]])), null, 2) + "\n";
}

const program = "packages/trainer/main.ts";

function taskEntry({ name, sentence, flags = [], v8Flags = [] }: Task, command: CommandFacts): Record<string, string> {
  const engine = v8Flags.length === 0 ? [] : [`--v8-flags=${v8Flags.join(",")}`];
  return {
    description: sentence ?? command.sentence,
    command: ["deno", "run", `-P=${name}`, ...engine, program, command.name, ...flags].join(" "),
  };
}

function isOfCommand(task: unknown): boolean {
  return JSON.stringify(task).includes(program);
}
