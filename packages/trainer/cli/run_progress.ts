import type { StepMetrics } from "@beyond24/run";
import type { RunHeader, RunObserver, RunRole } from "../run/run_observer.ts";
import { describeHeader } from "./describe_header.ts";
import { scoresLine } from "./describe_scores.ts";
import { barView } from "./bar_view.ts";
import { lineView } from "./line_view.ts";
import type { ProgressState, ProgressView } from "./progress_view.ts";
import { type Terminal, writeAbove } from "./terminal.ts";

/** Shows a run on a terminal. */
export interface RunProgress {
  /** Give it to the run. */
  readonly observer: RunObserver;
  /** Ends the display; more than once does no harm. */
  stop(): Promise<void>;
}

/** A bar where a line can be redrawn, plain lines elsewhere. */
export function runProgress(terminal: Terminal): RunProgress {
  let view: ProgressView | undefined;
  let tracker: ProgressTracker | undefined;
  const stop = async () => {
    const last = view;
    view = undefined;
    await last?.stop();
  };
  const observer: RunObserver = {
    onHeader: (header) => {
      terminal.out(describeHeader(header));
      tracker = new ProgressTracker(header);
      const { state } = tracker;
      if (state.done >= state.total) return; // a finished run that is resumed has no progress to show
      view = terminal.isInteractive ? barView(state, terminal) : lineView(state, terminal);
    },
    onSteps: (rows, role) => {
      const state = tracker?.add(rows, role);
      if (state !== undefined) view?.show(state);
    },
    onScores: (scored, settings) => writeAbove(terminal, scoresLine(scored, settings)),
    onWarning: (message) => writeAbove(terminal, `warning: ${message}`),
  };
  return { observer, stop };
}

/** Adds steps up to what a view shows. */
class ProgressTracker {
  readonly #started = performance.now();
  readonly #losses: Partial<Record<RunRole, number>> = {};
  #state: ProgressState;
  #stepsHere = 0;

  constructor({ config, resumedAt }: RunHeader) {
    const runs = config.train.baseline ? 2 : 1;
    const total = config.train.steps * runs;
    this.#state = {
      total,
      done: resumedAt * runs,
      tokensPerSecond: 0,
      secondsLeft: NaN,
      phase: "dense",
      step: resumedAt,
    };
  }

  get state(): ProgressState {
    return this.#state;
  }

  add(rows: readonly StepMetrics[], role: RunRole): ProgressState {
    const last = rows.at(-1);
    if (last === undefined) return this.#state;
    const before = this.#losses[role];
    // Smoothed over about ten steps, so that a person can read it.
    this.#losses[role] = rows.reduce((loss, row) => 0.9 * loss + 0.1 * row.loss, before ?? last.loss);
    this.#stepsHere += rows.length;
    const { total } = this.#state;
    const done = this.#state.done + rows.length;
    const seconds = (performance.now() - this.#started) / 1000;
    this.#state = {
      total,
      done,
      tokensPerSecond: last.tokens_per_second,
      ...(last.tokens_per_second_each === null ? {} : { tokensPerSecondEach: last.tokens_per_second_each }),
      ...(last.mfu === null ? {} : { mfu: last.mfu }),
      secondsLeft: (total - done) * seconds / this.#stepsHere,
      phase: role === "main" ? last.phase : this.#state.phase,
      step: role === "main" ? last.step : this.#state.step,
      ...this.#shownLosses(),
      ...(last.val_loss === null ? {} : { validation: { role, loss: last.val_loss } }),
    };
    return this.#state;
  }

  #shownLosses(): Pick<ProgressState, "loss" | "baselineLoss"> {
    const { main, baseline } = this.#losses;
    return {
      ...(main === undefined ? {} : { loss: main }),
      ...(baseline === undefined ? {} : { baselineLoss: baseline }),
    };
  }
}
