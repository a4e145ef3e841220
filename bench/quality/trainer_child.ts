/**
 * The command line of the trainer for a process that another one has started: it ends when that one is gone, however
 * that ended, as its standard input ends then. What came after the last checkpoint is lost, as when it is killed
 * itself.
 *
 * @module
 */
import { runCommandLine } from "../../packages/trainer/cli/command_line.ts";
import { exitCodes } from "../../packages/trainer/cli/exit_codes.ts";

async function endWithParent(): Promise<never> {
  await Deno.stdin.readable.pipeTo(new WritableStream()).catch(() => {});
  Deno.exit(exitCodes.stoppedAtOnce);
}

if (import.meta.main) {
  void endWithParent();
  Deno.exit(await runCommandLine(Deno.args));
}
