import { parseRunPath, runFolder } from "@beyond24/run";
import { basename, join, resolve } from "@std/path";
import { writeReport } from "../report/write_report.ts";
import { type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import { reading } from "./permissions.ts";

/** `report`: draws a run's report again. */
export const reportCommand: Command = defineCommand({
  name: "report",
  sentence: "Draws report.html of a run again, from its configuration, metrics and summary",
  operand: {
    name: "dir",
    sentence: "the folder of a run, or of a checkpoint or the dense twin in it",
    least: 1,
    most: 1,
  },
  flags: {},
  tasks: [{ name: "report", permissions: { ...reading, write: true } }],
  run: async ({ operands: [folder = ""], terminal }) => {
    const onWarning = (message: string) => terminal.error(`warning: ${message}\n`);
    terminal.out(`Report: ${await writeReport(await runOf(folder), onWarning)}\n`);
    return exitCodes.done;
  },
});

/** The run that a folder belongs to: a report stands beside its metrics, never among checkpoints. */
async function runOf(path: string): Promise<string> {
  const { run } = parseRunPath(path);
  const outer = join(run, "..");
  return basename(resolve(run)) === "baseline" && await isFile(runFolder(outer).config) ? outer : run;
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}
