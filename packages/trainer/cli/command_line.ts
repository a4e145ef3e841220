import { Command, CommanderError } from "commander";
import { exitCodeOf, exitCodes } from "./exit_codes.ts";
import { planCommand } from "./plan_command.ts";
import { reportCommand } from "./report_command.ts";
import { sampleCommand } from "./sample_command.ts";
import { consoleTerminal, type Terminal } from "./terminal.ts";
import { trainCommand } from "./train_command.ts";
import { tuneCommand } from "./tune_command.ts";

const exitCodeHelp = `
Exit codes:
  0    done
  1    a fault of this program
  2    a wrong flag, key or value, or an output folder in use
  3    data that is missing, empty, not UTF-8 or too short
  4    no whole checkpoint, one that does not fit, or a full disk
  5    a loss or gradient that is not finite
  6    a device that is not there, went away or has too little memory
  130  stopped by a signal, after a checkpoint was saved`;

/**
 * Runs the command line.
 *
 * @param args What follows the name of the program
 * @param terminal Where to write
 * @returns The exit code
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal = consoleTerminal): Promise<number> {
  let exitCode: number = exitCodes.done;
  const onExit = (code: number) => exitCode = code;
  const program = new Command("beyond24")
    .description("Pre-trains language models whose feed-forward networks are sparse in every matrix product.")
    .addHelpText("after", exitCodeHelp);
  for (const command of [trainCommand, sampleCommand, planCommand, reportCommand, tuneCommand]) {
    program.addCommand(command(terminal, onExit).option("--debug", "show where an error came from"));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().allowExcessArguments(false).showSuggestionAfterError().configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
      // Commander's own errors go the way of all others, below.
      outputError: () => {},
      // Asking whether to use colours would read the environment, which needs a permission.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code !== exitCodes.done) terminal.error(describe(error, code, args.includes("--debug")));
    return code;
  }
}

function describe(error: unknown, code: number, debug: boolean): string {
  if (debug && error instanceof Error) return `error: ${error.stack ?? error.message}\n`;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommanderError) return `${message.replace(/\n\(/, " (")}\n`;
  if (code !== exitCodes.internal) return `error: ${message}\n`;
  return `error: ${message}\nThis is a fault of the program; --debug shows where it came from\n`;
}
