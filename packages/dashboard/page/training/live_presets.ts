import {
  type Recipe,
  recipeSteps,
  scaleRecipe,
  type SparsityPlanName,
  trainingPresets,
  type VenomFormat,
} from "@beyond24/recipe";

/** Name of a way to train in the page. */
export type LivePresetName = "sparse-16" | "sparse-32" | "sparse-64" | "dense";

/** One way to train the `tiny` model in the page. */
export interface LivePreset {
  /** What the person chooses. */
  readonly label: string;
  /** Sparse operands of sparse steps. */
  readonly plan: SparsityPlanName;
  /** Format of sparse activations; `m / 4` experts. Rows are the paper's 64: the numbers do not depend on them. */
  readonly venom: VenomFormat;
  /** Dense and sparse steps in their proportions. */
  readonly recipe: Recipe;
}

const { recipe } = trainingPresets.tiny;

function sparse(m: number, zeros: string): LivePreset {
  const label = `Sparse: ${m / 4} experts, ${zeros} zeros`;
  return { label, plan: "paper", venom: { v: 64, n: 2, m }, recipe };
}

/** The ways to train in the page: the model `tiny`, dense warm-up, sparse steps, dense steps. */
export const livePresets: Readonly<Record<LivePresetName, LivePreset>> = {
  "sparse-16": sparse(16, "87.5 %"),
  "sparse-32": sparse(32, "93.75 %"),
  "sparse-64": sparse(64, "96.875 %"),
  "dense": {
    label: "Dense, for comparison",
    plan: "paper",
    venom: { v: 64, n: 2, m: 16 },
    recipe: [{ phase: "dense", steps: recipeSteps(recipe) }],
  },
};

/** The phases of a preset over a number of steps. */
export function liveRecipe(preset: LivePresetName, steps: number): Recipe {
  return scaleRecipe(livePresets[preset].recipe, steps).filter((phase) => phase.steps > 0);
}
