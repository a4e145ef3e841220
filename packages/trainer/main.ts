/**
 * The command line: `deno run packages/trainer/main.ts train --preset tiny`.
 *
 * @module
 */
import { enterCallersFolder } from "./cli/enter_callers_folder.ts";
import { runCommandLine } from "./cli/command_line.ts";

if (import.meta.main) {
  enterCallersFolder();
  Deno.exit(await runCommandLine(Deno.args));
}
