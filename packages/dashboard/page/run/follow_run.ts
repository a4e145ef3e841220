import type { ScoreRow, StepMetrics } from "@beyond24/run";
import { readFacts, readResult, readRows, readScores, type RunFacts, type RunResult } from "./run_files.ts";

/** Whose steps: the model's or its dense twin's. */
export type RunTrack = "metrics" | "baseline";

/** Hears of a run. */
export interface RunListener {
  /** The run has begun, or has begun again. */
  onFacts(facts: RunFacts): void;
  /** What was heard of a track does not hold any more. */
  onRestart(track: RunTrack): void;
  /** New steps of a track. */
  onSteps(track: RunTrack, steps: readonly StepMetrics[]): void;
  /** What was heard of scores does not hold any more. */
  onScoresRestart(): void;
  /** New scores on tasks. */
  onScores(scores: readonly ScoreRow[]): void;
  /** A summary was written, or is gone. */
  onResult(result: RunResult | undefined): void;
  /** All that was there has been heard. */
  onCaughtUp(): void;
  /** The server can or cannot be reached. */
  onConnection(isOpen: boolean): void;
}

/** Listens to the events of the run that this page is served for. The browser reconnects by itself. */
export function followRun(listener: RunListener): void {
  const source = new EventSource("/run/events");
  const on = (name: string, handle: (data: unknown) => void) =>
    source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data)));
  source.onopen = () => {
    // The server tells everything again from the beginning.
    listener.onRestart("metrics");
    listener.onRestart("baseline");
    listener.onScoresRestart();
    listener.onConnection(true);
  };
  source.onerror = () => listener.onConnection(false);
  for (const track of ["metrics", "baseline"] as const) {
    on(track, (rows) => listener.onSteps(track, readRows(rows)));
  }
  on("scores", (rows) => listener.onScores(readScores(rows)));
  on("restart", (track) => {
    if (track === "scores") listener.onScoresRestart();
    else listener.onRestart(track === "baseline" ? "baseline" : "metrics");
  });
  on("config", (config) => config !== null && listener.onFacts(readFacts(config)));
  on("summary", (summary) => listener.onResult(summary === null ? undefined : readResult(summary)));
  on("caught-up", () => listener.onCaughtUp());
}
