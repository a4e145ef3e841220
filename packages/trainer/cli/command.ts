import { UsageError } from "@beyond24/run";
import type { FlagTable, FlagValues } from "./flag.ts";
import { parseFlags } from "./parse_flags.ts";
import type { Permissions } from "./permissions.ts";
import type { Terminal } from "./terminal.ts";

/** What a command works on: the words that belong to no flag. */
export interface Operand {
  /** What stands for one in help: `run`. */
  readonly name: string;
  /** What one is, in one sentence. */
  readonly sentence: string;
  /** The fewest. */
  readonly least: number;
  /** The most; undefined for any number. */
  readonly most?: number;
}

/** How a command was called. */
export interface Call<Flags extends FlagTable> {
  /** The values of its flags. */
  readonly flags: FlagValues<Flags>;
  /** What it works on. */
  readonly operands: readonly string[];
  /** All words behind its name, as they were typed. */
  readonly words: readonly string[];
  /** Where it writes. */
  readonly terminal: Terminal;
}

/** A task of `deno.json` that calls a command with the permissions that it needs. */
export interface Task {
  /** Its name: `train:watch`. */
  readonly name: string;
  /** What sets it apart, in one sentence; else that of the command. */
  readonly sentence?: string;
  /** Flags that it has already. */
  readonly flags?: readonly string[];
  /** What Deno lets it do. */
  readonly permissions: Permissions;
  /** Flags of V8 that its memory or time want. Default: none. */
  readonly v8Flags?: readonly string[];
}

/** What help and documents say of a command. */
export interface CommandFacts {
  /** Its name: `train`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly sentence: string;
  /** What it works on. */
  readonly operand?: Operand;
  /** Its flags. */
  readonly flags: FlagTable;
  /** The tasks that call it. */
  readonly tasks: readonly Task[];
  /** Calls, and what they do. */
  readonly examples?: readonly (readonly [call: string, meaning: string])[];
}

/** A command with its action. */
export interface CommandDefinition<Flags extends FlagTable> extends CommandFacts {
  readonly flags: Flags;
  /** Does it; the result is the exit code. */
  readonly run: (call: Call<Flags>) => Promise<number>;
}

/** Does what a command was called for; the result is the exit code. */
export type Action = () => number | Promise<number>;

/** A command that can be called. */
export interface Command extends CommandFacts {
  /** Reads the arguments. What is wrong with them is wrong in every process that was started with them. */
  readonly read: (args: readonly string[], terminal: Terminal) => Action | Promise<Action>;
  /** Whether processes that a launcher has started do together what these words ask for. Default: they never do. */
  readonly joins?: (args: readonly string[]) => boolean;
}

/** Flags that every command has. */
export const commonFlags = {
  debug: { kind: "switch", sentence: "Show where an error came from" },
  help: { kind: "switch", sentence: "Print this help and stop" },
} as const satisfies FlagTable;

/** Makes a command of its table and its action: what the action is given has the types of the table. */
export function defineCommand<const Flags extends FlagTable>(definition: CommandDefinition<Flags>): Command {
  const { run, ...facts } = definition;
  const read = (args: readonly string[], terminal: Terminal) => {
    const { flags, operands } = parseFlags({ ...definition.flags, ...commonFlags }, args);
    checkOperands(facts, operands);
    return () => run({ flags, operands, words: args, terminal });
  };
  return { ...facts, read };
}

function checkOperands({ name, operand }: CommandFacts, operands: readonly string[]): void {
  const { least, most = Infinity } = operand ?? { least: 0, most: 0 };
  const excess = operands[most];
  if (excess !== undefined) {
    throw new UsageError(`Cannot run ${name} as there is a word too many: current value is ${excess}`);
  }
  if (operands.length >= least) return;
  throw new UsageError(`Cannot run ${name} as <${operand?.name}> is missing: it is ${operand?.sentence}`);
}
