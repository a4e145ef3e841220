import { formatCount, formatDuration } from "@beyond24/run";
import type { Terminal } from "./terminal.ts";

/** Milliseconds between two lines where none can be redrawn, and between two drawings where it can. */
const every = { line: 5000, drawing: 100 } as const;

/** Says how far an evaluation is, and what time is left. */
export interface EvaluationProgress {
  /** Hears how many requests of all are scored. */
  readonly onProgress: (what: string, scored: number, all: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/** One line that is drawn again, or a line every few seconds where nothing can be. */
export function evaluationProgress(terminal: Terminal): EvaluationProgress {
  const started = performance.now();
  let told = started;
  let first: number | undefined;
  return {
    onProgress: (what, scored, all) => {
      const now = performance.now();
      // What was scored before this call says nothing of its speed.
      first ??= scored;
      if (now - told < (terminal.isInteractive ? every.drawing : every.line)) return;
      told = now;
      const seconds = (now - started) / 1000;
      const speed = (scored - first) / seconds;
      const left = speed > 0 ? formatDuration((all - scored) / speed) : "–";
      const line = `${what} · ${formatCount(scored)} of ${formatCount(all)} requests · ` +
        `${formatCount(speed)} requests/s · ${left} left`;
      terminal.error(terminal.isInteractive ? `\r\x1b[K${line.slice(0, terminal.columns - 1)}` : `${line}\n`);
    },
    end: () => terminal.isInteractive && terminal.error("\r\x1b[K"),
  };
}
