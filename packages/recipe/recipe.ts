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

/**
 * Most steps of a recipe, 2^31 - 1: what a 32-bit counter on a device holds.
 *
 * @example Far above the longest recipe
 * ```ts
 * import { mostSteps, recipes, recipeSteps } from "@beyond24/recipe";
 * import { assert } from "@std/assert";
 *
 * assert(recipeSteps(recipes["llama-1b"]) < mostSteps);
 * ```
 */
export const mostSteps: number = 2 ** 31 - 1;

/** One phase as text: no sign, no fraction, no leading zero, no other base. */
const PHASE = /^(dense|sparse):([1-9][0-9]*)$/;

function isPhase(value: unknown): value is Phase {
  if (typeof value !== "object" || value === null || Object.keys(value).sort().join() !== "phase,steps") return false;
  const { phase, steps } = value as { phase?: unknown; steps?: unknown };
  return (phase === "dense" || phase === "sparse") && Number.isSafeInteger(steps) && Number(steps) >= 0;
}

/**
 * Whether a value, from a file or from flags, is a recipe that can be trained: phases with a name and a number of steps
 * and nothing else, from 1 to {@linkcode mostSteps} steps in all.
 *
 * @param value Any value
 * @returns True if it is
 *
 * @example A recipe needs a step
 * ```ts
 * import { isRecipe, recipes } from "@beyond24/recipe";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isRecipe(recipes.tiny));
 * assertFalse(isRecipe([{ phase: "dense", steps: 0 }]));
 * ```
 */
export function isRecipe(value: unknown): value is Recipe {
  if (!Array.isArray(value) || !value.every(isPhase)) return false;
  const total = value.reduce((sum, { steps }) => sum + steps, 0);
  return total >= 1 && total <= mostSteps;
}

/**
 * Reads a recipe from text: `phase:steps` for each phase, with commas between, such as `dense:20,sparse:130,dense:150`.
 *
 * A phase is `dense` or `sparse`; steps are decimal digits, at least 1. Spaces around a phase do not count.
 *
 * @param text The phases
 * @returns The recipe
 * @throws {SyntaxError} If the text is anything else, or has more than {@linkcode mostSteps} steps in all
 *
 * @example Read a recipe
 * ```ts
 * import { parseRecipe } from "@beyond24/recipe";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseRecipe("dense:2,sparse:3"), [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }]);
 * assertThrows(() => parseRecipe("dense:2,sparse:"), SyntaxError, "sparse:");
 * ```
 */
export function parseRecipe(text: string): Recipe {
  const recipe = text.split(",").map((part) => {
    const [, phase, steps] = PHASE.exec(part.trim()) ?? [];
    return { phase, steps: Number(steps) };
  });
  if (isRecipe(recipe)) return recipe;
  throw new SyntaxError(
    "Cannot read recipe as it must be phases like dense:20,sparse:130,dense:150 (dense or sparse, a colon, steps " +
      `from 1), at most ${mostSteps} steps in all: current value is ${JSON.stringify(text)}`,
  );
}
