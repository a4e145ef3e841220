import type { RunName } from "./experiments.ts";
import type { SizeName } from "./sizes.ts";

/** What the validation loss of a run should be. */
export interface QualityBar {
  readonly size: SizeName;
  readonly run: RunName;
  /** What it is held against: the dense twin at equal steps, or dense runs that end at the same time, by two clocks. */
  readonly at: "steps" | "time of steps" | "time of whole runs";
  /** Largest gap: 0.003 is 0.3 %. */
  readonly gap: number;
  /** Pairs of seeds that it takes. */
  readonly seeds: number;
}

/** What this project wants to reach. */
export const qualityBars: readonly QualityBar[] = [
  { size: "23m", run: "beyond-50", at: "steps", gap: 0.003, seeds: 4 },
  { size: "23m", run: "beyond-100", at: "steps", gap: 0.012, seeds: 4 },
  { size: "125m", run: "beyond-50", at: "steps", gap: 0.003, seeds: 2 },
  { size: "125m", run: "beyond-50", at: "time of steps", gap: 0, seeds: 2 },
  { size: "125m", run: "beyond-50", at: "time of whole runs", gap: 0, seeds: 2 },
  { size: "small", run: "beyond-50", at: "steps", gap: 0.005, seeds: 2 },
];
