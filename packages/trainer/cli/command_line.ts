import { closedPath } from "@beyond24/disk";
import { didYouMean, UsageError } from "@beyond24/run";
import { type RankPlace, ranksHere } from "../ranks/join_ranks.ts";
import { commandNames, loadCommand, loadCommands } from "./commands.ts";
import { type Action, type Command, commonFlags } from "./command.ts";
import { describeCommand, describeProgram } from "./describe_help.ts";
import { exitCodeOf, exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { joinValues, parseFlags } from "./parse_flags.ts";
import { consoleTerminal, silentTerminal, type Terminal } from "./terminal.ts";
import { describeVersion } from "./version.ts";

/** Flags in front of a command. */
export const programFlags = {
  version: { kind: "switch", sentence: "Print the versions of beyond24 and of Deno and stop" },
  ...commonFlags,
} as const satisfies FlagTable;

/**
 * Runs the command line.
 *
 * @param args What follows the name of the program
 * @param terminal Where to write
 * @returns The exit code
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal = consoleTerminal): Promise<number> {
  const { rank, size } = placeHere();
  if (size > 1 && !await isJoint(args)) {
    if (rank > 0) return exitCodes.done;
    terminal.error(`note: the first of ${size} processes does this alone\n`);
  }
  let action: Action | undefined;
  try {
    action = await readWords(args, rank === 0 ? terminal : silentTerminal);
    return await action();
  } catch (error) {
    const code = exitCodeOf(error);
    const isOfWords = action === undefined && code === exitCodes.usage;
    if (await mustSay(rank, isOfWords)) terminal.error(describe(error, code, args.includes("--debug")));
    return code;
  }
}

/** Which of how many processes this is; one that was told no place is alone, and says what it finds, that among it. */
function placeHere(): Pick<RankPlace, "rank" | "size"> {
  const alone = { rank: 0, size: 1 };
  try {
    return ranksHere() ?? alone;
  } catch {
    return alone;
  }
}

/** Whether processes do together what was asked for; else the first does it, so that it happens and is said once. */
async function isJoint([name = "", ...rest]: readonly string[]): Promise<boolean> {
  const command = await loadCommand(name);
  return command?.joins?.(rest) === true && !asksForHelp(command.flags, rest);
}

/**
 * Whether a process says what stopped it. Rank 0 does so at once; of others the launcher ends those that have joined
 * when it has, so they wait. What is wrong with the words is the same for all, and they leave it to rank 0.
 */
async function mustSay(rank: number, isOfWords: boolean): Promise<boolean> {
  if (rank === 0) return true;
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return !isOfWords;
}

async function readWords(args: readonly string[], terminal: Terminal): Promise<Action> {
  const [name, ...rest] = args;
  const help = async () => describeProgram(await loadCommands(), programFlags, terminal.columns);
  const print = (text: string): Action => () => {
    terminal.out(text);
    return exitCodes.done;
  };
  if (name === undefined) {
    const text = await help();
    return () => {
      terminal.error(text);
      return exitCodes.usage;
    };
  }
  if (name.startsWith("-")) {
    const { flags } = asksForHelp(programFlags, args) ? { flags: undefined } : parseFlags(programFlags, args);
    return print(flags?.version ? describeVersion() : await help());
  }
  if (name === "help") {
    return print(rest[0] === undefined ? await help() : describeCommand(await findCommand(rest[0]), terminal.columns));
  }
  const command = await findCommand(name);
  if (asksForHelp(command.flags, rest)) return print(describeCommand(command, terminal.columns));
  return await command.read(rest, terminal);
}

async function findCommand(name: string): Promise<Command> {
  const command = await loadCommand(name);
  if (command !== undefined) return command;
  throw new UsageError(
    `Cannot run ${name} as there is no such command${didYouMean(name, commandNames)}. Commands: ${
      commandNames.join(", ")
    }`,
  );
}

/** Whether `--help` is among the flags; a value of a flag that reads so does not count. */
function asksForHelp(flags: FlagTable, args: readonly string[]): boolean {
  const words = joinValues(flags, args);
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === "--help" || word === "-h");
}

function messageOf(error: unknown): string {
  const closed = closedPath(error);
  if (closed !== undefined) return `Cannot go on as ${closed}`;
  return error instanceof Error ? error.message : String(error);
}

function describe(error: unknown, code: number, debug: boolean): string {
  if (debug && error instanceof Error) return `error: ${error.stack ?? error.message}\n`;
  const message = messageOf(error);
  if (code !== exitCodes.internal) return `error: ${message}\n`;
  return `error: ${message}\nThis is a fault of the program; --debug shows where it came from\n`;
}
