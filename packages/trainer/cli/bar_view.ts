import { ProgressBar } from "@std/cli/unstable-progress-bar";
import { progressLine } from "./progress_line.ts";
import type { ProgressState, ProgressView } from "./progress_view.ts";
import type { Terminal } from "./terminal.ts";

/** A bar on standard error that is redrawn in its line, and leaves nothing of it. */
export function barView(first: ProgressState, terminal: Terminal): ProgressView {
  let state = first;
  const decoder = new TextDecoder();
  const bar = new ProgressBar({
    writable: new WritableStream({ write: (bytes) => terminal.error(decoder.decode(bytes)) }),
    max: first.total,
    value: first.done,
    barLength: 16,
    fillChar: "█",
    emptyChar: "░",
    clear: true,
    interval: 100,
    // In its last column a terminal may already be on the next line.
    formatter: ({ progressBar }) => progressLine(state, progressBar, terminal.columns - 1),
  });
  return {
    show: (next) => {
      state = next;
      bar.value = next.done;
    },
    stop: () => bar.stop(),
  };
}
