/**
 * The command line: `deno run packages/trainer/main.ts train --preset tiny`.
 *
 * @module
 */
import { runCommandLine } from "./cli/command_line.ts";

if (import.meta.main) Deno.exit(await runCommandLine(Deno.args));
