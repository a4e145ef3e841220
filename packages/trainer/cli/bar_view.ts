import progress from "cli-progress";
import { formatCount, formatDuration, formatLoss } from "../format.ts";
import type { ProgressState, ProgressView } from "./progress_view.ts";

/** A bar on standard error that is redrawn in its line. */
export function barView(first: ProgressState): ProgressView {
  const bar = new progress.SingleBar({
    format: "{phase} {bar} {percentage} % · {losses} · {speed} tokens/s · {left} left",
    barsize: 24,
    hideCursor: true,
    gracefulExit: false,
    clearOnComplete: true,
  }, progress.Presets.shades_classic);
  bar.start(first.total, first.done, payload(first));
  return {
    show: (state) => bar.update(state.done, payload(state)),
    stop: () => bar.stop(),
  };
}

function payload({ phase, loss, baselineLoss, tokensPerSecond, secondsLeft }: ProgressState): Record<string, string> {
  const twin = baselineLoss === undefined ? "" : ` (twin ${formatLoss(baselineLoss)})`;
  return {
    phase: phase.padEnd(6),
    losses: `loss ${formatLoss(loss)}${twin}`,
    speed: formatCount(tokensPerSecond),
    left: Number.isFinite(secondsLeft) ? formatDuration(secondsLeft) : "–",
  };
}
