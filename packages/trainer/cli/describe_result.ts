import type { BaselineSummary, RunSummary } from "@beyond24/run";
import { join } from "@std/path";
import { formatDuration, formatLoss, formatMilliseconds, formatPercent, formatTable } from "../format.ts";

/** What a run reached: a table when there is a dense twin, and a last line with losses and paths. */
export function describeResult(summary: RunSummary, folder: string): string {
  const { status, steps, train_loss, val_loss, wall_seconds, baseline } = summary;
  const table = baseline === undefined ? "" : `${compare(summary, baseline)}\n\n`;
  const begin = status === "finished" ? "Done" : "Stopped, go on with --resume";
  const validation = val_loss === null ? "" : `, validation ${formatLoss(val_loss)}`;
  return `${table}${begin}: loss ${formatLoss(train_loss)}${validation} after ${steps} steps in ` +
    `${formatDuration(wall_seconds)} · run ${folder} · report ${join(folder, "report.html")}\n`;
}

function compare(main: RunSummary, twin: BaselineSummary): string {
  const times = (value: number | null) => value === null ? "" : `${value.toFixed(2)}× as fast`;
  const { relative_val_loss: relative } = twin;
  const rows = [
    ["", "sparse", "dense twin", ""],
    ["training loss", formatLoss(main.train_loss), formatLoss(twin.train_loss), ""],
    [
      "validation loss",
      formatLoss(main.val_loss),
      formatLoss(twin.val_loss),
      relative === null ? "" : `${relative < 0 ? "" : "+"}${formatPercent(relative, 2)}`,
    ],
    ["time", formatDuration(main.wall_seconds), formatDuration(twin.wall_seconds), times(twin.speedup)],
    ...main.phases.map(({ phase, steps, median_step_ms }, index) => {
      const other = twin.phases[index]?.median_step_ms;
      return [
        `step of ${steps} ${phase}`,
        formatMilliseconds(median_step_ms),
        other === undefined ? "–" : formatMilliseconds(other),
        other === undefined ? "" : times(other / median_step_ms),
      ];
    }),
  ];
  return formatTable(rows);
}
