/** How the FFN of one step is computed: every product dense, or by a {@linkcode SparsityPlan}. */
export type PhaseName = "dense" | "sparse";

/** Consecutive steps of one kind. */
export interface Phase {
  /** How the FFN of these steps is computed. */
  readonly phase: PhaseName;
  /** Number of optimizer steps, an integer >= 0. A phase of no steps is passed over. */
  readonly steps: number;
}

/**
 * The phases of a training run, in order (paper, section 5.2.2).
 *
 * The neurons are clustered at the boundary in front of the first sparse step.
 */
export type Recipe = readonly Phase[];
