import { formatCount, formatDuration, formatLoss } from "@beyond24/run";
import type { ProgressState } from "./progress_view.ts";
import { speedText } from "./speed_text.ts";

/**
 * One line about a run in progress. Where there is no room for everything, step, loss and time left stay.
 *
 * @param state What is known
 * @param bar A drawn bar
 * @param columns Room in characters
 */
export function progressLine(state: ProgressState, bar: string, columns: number): string {
  const { phase, done, total, baselineLoss, tokensPerSecond, secondsLeft } = state;
  const percent = `${Math.floor(100 * done / total)} %`;
  const step = `step ${state.step}`;
  const loss = `smoothed loss ${formatLoss(state.loss)}`;
  const losses = baselineLoss === undefined ? loss : `${loss} (twin ${formatLoss(baselineLoss)})`;
  const speed = `${formatCount(tokensPerSecond)} tokens/s`;
  const left = `${Number.isFinite(secondsLeft) ? formatDuration(secondsLeft) : "–"} left`;
  const drawn = `${phase.padEnd(6)} ${bar} ${percent}`;
  const lines = [
    [drawn, step, losses, speedText(state), left],
    [drawn, step, losses, speed, left],
    [drawn, step, losses, left],
    [`${phase} ${percent}`, step, losses, left],
    [step, losses, left],
    [step, loss, left],
  ].map((parts) => parts.join(" · "));
  const shortest = `${step} loss ${formatLoss(state.loss)} ${clock(secondsLeft)} left`;
  return (lines.find((line) => line.length <= columns) ?? shortest).slice(0, columns);
}

/** `1:02:33`. */
function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours === 0 ? `${minutes}:${pad(whole % 60)}` : `${hours}:${pad(minutes)}:${pad(whole % 60)}`;
}
