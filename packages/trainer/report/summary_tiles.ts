import {
  formatChange,
  formatDuration,
  formatLarge,
  formatLoss,
  formatPercent,
  metricsColumns,
  type NumberColumnName,
  type StepMetrics,
  stepTimes,
  trainLossSpan,
} from "@beyond24/run";
import { escapeHtml } from "./_html.ts";
import type { ReportData } from "./report_data.ts";

/** The numbers to see first, each with what it is of. */
export function summaryTiles({ reached, rows }: ReportData): string {
  const { val_loss, val_bits_per_byte, val_perplexity, train_loss, parameters, steps } = reached;
  const tiles = [
    tile(metricsColumns.val_loss.title, formatLoss(val_loss), validationNote(rows)),
    ...(val_bits_per_byte === null ? [] : [tile(
      metricsColumns.val_bits_per_byte.title,
      formatLoss(val_bits_per_byte),
      val_perplexity === null ? "of validation" : `of validation; perplexity of a token ${formatLarge(val_perplexity)}`,
    )]),
    tile(
      metricsColumns.loss.title,
      formatLoss(train_loss),
      trainLossSpan(steps),
    ),
    timeTile(reached, rows),
    ...speedTiles(rows),
    tile("Model", formatLarge(parameters, ""), "parameters"),
    ...twinTiles(reached),
  ];
  return tiles.join("\n");
}

function validationNote(rows: readonly StepMetrics[]): string {
  const step = rows.findLast(({ val_loss }) => typeof val_loss === "number")?.step;
  return step === undefined ? "not measured yet" : `${metricsColumns.val_loss.unit}, after step ${step}`;
}

function timeTile({ wall_seconds, tokens }: ReportData["reached"], rows: readonly StepMetrics[]): string {
  const seconds = wall_seconds ?? rows.reduce((sum, { step_ms }) => sum + step_ms, 0) / 1000;
  const speed = seconds > 0 ? `${formatLarge(tokens / seconds, "")} tokens/s` : "";
  return wall_seconds === null
    ? tile("Time of the steps", formatDuration(seconds), speed)
    : tile("Time", formatDuration(seconds), `${speed}, all included`);
}

/** How fast the last steps were, where there are several processes, or a GPU whose peak is known. */
function speedTiles(rows: readonly StepMetrics[]): string[] {
  const last = rows.slice(-100);
  const median = (name: NumberColumnName): number | null => {
    const values = last.map((row) => row[name]).filter((value) => value !== null).sort((a, b) => a - b);
    return values[values.length >> 1] ?? null;
  };
  const { tokens_per_second, tokens_per_second_each, mfu } = metricsColumns;
  const [all, each] = [median("tokens_per_second"), median("tokens_per_second_each")];
  const [utilization, executed] = [median("mfu"), median("executed_mfu")];
  return [
    ...(each === null ? [] : [
      tile(tokens_per_second.title, formatLarge(all), `${tokens_per_second.unit}, median of the last steps`),
      tile(tokens_per_second_each.title, formatLarge(each), tokens_per_second_each.unit),
    ]),
    ...(utilization === null
      ? []
      : [tile(mfu.title, formatPercent(utilization), `${mfu.part} (MFU); executed ${formatPercent(executed)}`)]),
  ];
}

function twinTiles(reached: ReportData["reached"]): string[] {
  const { baseline } = reached;
  if (baseline === undefined) return [];
  const { relative_val_loss: relative, speedup } = baseline;
  const { main, twin } = stepTimes(reached, baseline);
  const seconds = (milliseconds: number) => formatDuration(milliseconds / 1000);
  return [
    ...(relative === null ? [] : [tile(
      "Against dense",
      formatChange(relative),
      `validation loss ${formatLoss(reached.val_loss)} against ${formatLoss(baseline.val_loss)}`,
    )]),
    ...(speedup === null
      ? []
      : [tile("Speed-up", `${speedup.toFixed(2)}×`, `steps in ${seconds(main)} against ${seconds(twin)}, by medians`)]),
  ];
}

function tile(name: string, value: string, note: string): string {
  return `<div class="tile"><span>${escapeHtml(name)}</span><strong>${escapeHtml(value)}</strong><em>${
    escapeHtml(note)
  }</em></div>`;
}
