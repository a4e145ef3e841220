import { type CommandFacts, commonFlags, type Operand } from "./command.ts";
import { exitCodes, exitMeanings } from "./exit_codes.ts";
import { describeFlag, type Flag, flagName, type FlagTable } from "./flag.ts";

/** Lines of two columns, the second one wrapped. */
type Rows = readonly (readonly [left: string, right: string])[];

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
  const widest = Math.min(30, Math.max(...rows.map(([left]) => left.length)));
  const lines = rows.map(([left, right]) => {
    const indent = " ".repeat(widest + 4);
    const text = wrap(right, columns, indent);
    // What is too long for its column has a line of its own.
    return left.length > widest ? `  ${left}\n${text}` : `  ${left.padEnd(widest)}  ${text.trimStart()}`;
  });
  return `${title}:\n${lines.join("\n")}\n`;
}

function wrap(text: string, columns: number, indent = ""): string {
  const lines = [indent];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? indent;
    if (line === indent) lines[lines.length - 1] = indent + word;
    else if (line.length + 1 + word.length > columns) lines.push(indent + word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}
