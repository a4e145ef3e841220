/**
 * Writes what follows from the tables of commands and of configuration keys: `docs/commands.md`,
 * `docs/configuration.md` and the tasks of `deno.json` with their permissions. With `--check` nothing is written: it
 * fails when a file differs.
 *
 * Run: `deno task build:docs [--check]`
 *
 * @module
 */
import { loadCommands } from "./cli/commands.ts";
import { commandsPage, configurationPage, withTasks } from "./cli/documents.ts";

const commands = await loadCommands();
const root = new URL("../../", import.meta.url);
const isChecking = Deno.args.includes("--check");
const manifest = await Deno.readTextFile(new URL("deno.json", root));
const files: Readonly<Record<string, string>> = {
  "deno.json": withTasks(manifest, commands),
  "docs/commands.md": commandsPage(commands),
  "docs/configuration.md": configurationPage(),
};

let stale = 0;
for (const [path, text] of Object.entries(files)) {
  const present = await Deno.readTextFile(new URL(path, root)).catch(() => "");
  if (text === present) continue;
  stale++;
  Deno.stdout.writeSync(new TextEncoder().encode(`${isChecking ? "stale" : "built"} ${path}\n`));
  if (!isChecking) await Deno.writeTextFile(new URL(path, root), text);
}
if (isChecking && stale > 0) Deno.exit(1);
