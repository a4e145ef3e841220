import type { RunName } from "./experiments.ts";
import type { SizeName } from "./sizes.ts";

/** What the validation loss of a run should be. */
export interface QualityBar {
  readonly size: SizeName;
  readonly run: RunName;
  /** Largest gap to the dense twin: 0.003 is 0.3 %. */
  readonly gap: number;
  /** Pairs of seeds that it takes. */
  readonly seeds: number;
}

/** What this project wants to reach, at equal steps. */
export const qualityBars: readonly QualityBar[] = [
  { size: "23m", run: "beyond-50", gap: 0.003, seeds: 4 },
  { size: "23m", run: "beyond-100", gap: 0.012, seeds: 4 },
  { size: "100m", run: "beyond-50", gap: 0.003, seeds: 2 },
  { size: "125m", run: "beyond-50", gap: 0.003, seeds: 2 },
  { size: "small", run: "beyond-50", gap: 0.005, seeds: 2 },
];
