import { Command } from "commander";
import { writeReport } from "../report/write_report.ts";
import type { Terminal } from "./terminal.ts";

/** `report`: draws a run's report again. */
export function reportCommand(terminal: Terminal): Command {
  return new Command("report")
    .description("Draws report.html of a run again, from its configuration, metrics and summary.")
    .argument("<dir>", "folder of the run")
    .action(async (folder: string) => {
      terminal.out(`Report: ${await writeReport(folder)}\n`);
    });
}
