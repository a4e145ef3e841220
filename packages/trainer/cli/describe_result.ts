import type { BaselineSummary, RunSummary } from "@beyond24/run";
import { join } from "@std/path";
import { formatAmount, formatDuration, formatLoss, trainLossSpan } from "@beyond24/run";
import { formatTable } from "../format_table.ts";
import { compareWithTwin } from "../report/compare_with_twin.ts";

/** What a run reached: a table when there is a dense twin, and a last line with losses and paths. */
export function describeResult(summary: RunSummary, folder: string): string {
  const { status, steps, train_loss, val_loss, val_bits_per_byte, wall_seconds, baseline } = summary;
  const table = baseline === undefined ? "" : `${compare(summary, baseline)}\n\n`;
  const begin = status === "finished" ? "Done" : "Stopped, go on with --resume";
  const bits = val_bits_per_byte === null ? "" : ` (${formatLoss(val_bits_per_byte)} bits per byte)`;
  const validation = val_loss === null ? "" : `, validation loss ${formatLoss(val_loss)}${bits}`;
  return `${table}${begin}: training loss ${formatLoss(train_loss)} (${trainLossSpan(steps)})${validation} after ` +
    `${formatAmount(steps, "step")} in ${formatDuration(wall_seconds)} · run ${folder} · report ${
      join(folder, "report.html")
    }\n`;
}

function compare(main: RunSummary, twin: BaselineSummary): string {
  const rows = compareWithTwin(main, twin).map(({ name, main, twin, ratio }) => [
    name,
    main,
    twin,
    ratio.endsWith("×") ? `${ratio} as fast` : ratio,
  ]);
  return formatTable([["", "sparse", "dense twin", ""], ...rows]);
}
