import type { RunSummary } from "@beyond24/run";
import { formatDuration, formatLarge, formatLoss, formatPercent } from "../format.ts";
import { escapeHtml } from "./_html.ts";

/** The numbers to see first. */
export function summaryTiles(summary: RunSummary): string {
  const { baseline, val_loss, train_loss, wall_seconds, tokens, parameters, steps } = summary;
  const speed = wall_seconds > 0 ? `${formatLarge(tokens / wall_seconds, "")} tokens/s overall` : "";
  const relative = baseline?.relative_val_loss;
  const tiles = [
    tile("Validation loss", formatLoss(val_loss), "nats per token, held-out text"),
    tile("Training loss", formatLoss(train_loss), `mean of the last ${Math.min(100, steps)} steps`),
    tile("Time", formatDuration(wall_seconds), speed),
    tile("Model", formatLarge(parameters, ""), "parameters"),
    ...(relative === undefined || relative === null
      ? []
      : [tile("Against dense", signedPercent(relative), "validation loss, dense twin")]),
    ...(typeof baseline?.speedup === "number"
      ? [tile("Speed-up", `${baseline.speedup.toFixed(2)}×`, "all steps, against the dense twin")]
      : []),
  ];
  return tiles.join("\n");
}

function tile(name: string, value: string, note: string): string {
  return `<div class="tile"><span>${escapeHtml(name)}</span><strong>${escapeHtml(value)}</strong><em>${
    escapeHtml(note)
  }</em></div>`;
}

function signedPercent(fraction: number): string {
  return `${fraction < 0 ? "−" : "+"}${formatPercent(Math.abs(fraction), 2)}`;
}
