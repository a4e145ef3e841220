import { formatDuration, formatLoss } from "@beyond24/run";
import type { ProgressState, ProgressView } from "./progress_view.ts";
import { speedText } from "./speed_text.ts";
import type { Terminal } from "./terminal.ts";

/** About so many lines for a whole run. */
const lines = 20;

/** Plain lines on standard output, for logs and pipes: one at regular steps, at each phase and at each validation. */
export function lineView(first: ProgressState, terminal: Terminal): ProgressView {
  let lastLine = Math.floor(first.done * lines / first.total);
  let lastPhase: string | undefined;
  return {
    show: (state) => {
      const line = Math.floor(state.done * lines / state.total);
      const isDue = line !== lastLine || state.phase !== lastPhase || state.validation !== undefined;
      if (isDue) terminal.out(describe(state) + "\n");
      lastLine = line;
      lastPhase = state.phase;
    },
    stop: () => Promise.resolve(),
  };
}

function describe(state: ProgressState): string {
  const { step, phase, loss, baselineLoss, validation, secondsLeft } = state;
  const parts = [
    `step ${step}`,
    phase,
    `smoothed loss ${formatLoss(loss)}${baselineLoss === undefined ? "" : ` (twin ${formatLoss(baselineLoss)})`}`,
    ...(validation === undefined ? [] : [
      `${validation.role === "main" ? "validation loss" : "twin's validation loss"} ${formatLoss(validation.loss)}`,
    ]),
    speedText(state),
    `${formatDuration(secondsLeft)} left`,
  ];
  return parts.join(" · ");
}
