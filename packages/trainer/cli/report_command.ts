import { writeReport } from "../report/write_report.ts";
import { type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import { reading } from "./permissions.ts";

/** `report`: draws a run's report again. */
export const reportCommand: Command = defineCommand({
  name: "report",
  sentence: "Draws report.html of a run again, from its configuration, metrics and summary",
  operand: { name: "dir", sentence: "the folder of a run", least: 1, most: 1 },
  flags: {},
  tasks: [{ name: "report", permissions: { ...reading, write: true } }],
  run: async ({ operands: [folder = ""], terminal }) => {
    const onWarning = (message: string) => terminal.error(`warning: ${message}\n`);
    terminal.out(`Report: ${await writeReport(folder, onWarning)}\n`);
    return exitCodes.done;
  },
});
