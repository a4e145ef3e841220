import { type CommandFacts, commonFlags, type Operand } from "./command.ts";
import { exitCodes, exitMeanings } from "./exit_codes.ts";
import { describeFlag, type Flag, flagName, type FlagTable } from "./flag.ts";
import { type Rows, twoColumns, wrap } from "./two_columns.ts";

/** Help of one command: how it is called, what it does, its flags, examples. */
export function describeCommand(command: CommandFacts, columns: number): string {
  const { name, sentence, operand, flags, examples = [] } = command;
  const operands = operand === undefined ? "" : ` ${operandForm(operand)}`;
  return [
    `Usage: beyond24 ${name}${operands} [flags]\n`,
    `${wrap(sentence, columns)}.\n`,
    ...(operand === undefined ? [] : [section(`<${operand.name}>`, [["", operand.sentence]], columns)]),
    section("Flags", [...flagRows(flags), ...flagRows(commonFlags)], columns),
    ...(examples.length === 0 ? [] : [section("Examples", examples, columns)]),
  ].join("\n");
}

/** Help of the program: its commands and exit codes. */
export function describeProgram(commands: readonly CommandFacts[], flags: FlagTable, columns: number): string {
  return [
    "Usage: beyond24 <command> [flags]\n",
    wrap("Pre-trains language models whose feed-forward networks are sparse in every matrix product.", columns) + "\n",
    section("Commands", commands.map(({ name, sentence }) => [name, sentence]), columns),
    section("Flags", flagRows(flags), columns),
    section("Exit codes", exitRows(), columns),
    "beyond24 <command> --help says more of each.\n",
  ].join("\n");
}

function exitRows(): Rows {
  const codes = new Map<string, number>(Object.entries(exitCodes));
  return Object.entries(exitMeanings).map(([name, meaning]) => [String(codes.get(name)), meaning]);
}

function operandForm({ name, least, most }: Operand): string {
  const form = most === 1 ? name : `${name}...`;
  return least === 0 ? `[${form}]` : `<${form}>`;
}

function flagRows(flags: FlagTable): Rows {
  const form = (name: string, { placeholder }: Flag) =>
    placeholder === undefined ? flagName(name) : `${flagName(name)} <${placeholder}>`;
  return Object.entries(flags).map(([name, flag]) => [form(name, flag), describeFlag(flag)]);
}

function section(title: string, rows: Rows, columns: number): string {
  return `${title}:\n${twoColumns(rows, columns)}`;
}
