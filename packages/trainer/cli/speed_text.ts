import { formatCount, formatPercent } from "@beyond24/run";
import type { ProgressState } from "./progress_view.ts";

/** The speed of a run in words: in all, of each of several processes, and what a GPU makes of it. */
export function speedText({ tokensPerSecond, tokensPerSecondEach, mfu }: ProgressState): string {
  const each = tokensPerSecondEach === undefined ? "" : ` (${formatCount(tokensPerSecondEach)} each)`;
  return `${formatCount(tokensPerSecond)} tokens/s${each}${mfu === undefined ? "" : ` · MFU ${formatPercent(mfu)}`}`;
}
