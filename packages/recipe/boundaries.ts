import { checkInteger } from "./_check.ts";
import { phaseAfter, phaseAt, type PhaseSpan, phaseSpans, recipeSteps } from "./phases.ts";
import type { PhaseName, Recipe } from "./recipe.ts";

/**
 * How often things happen in a run. Every interval counts steps from the first step of the run, so that neither a
 * resume nor another interval moves what it says; 0 or left out: never, but for what is due at the end.
 */
export interface Cadence {
  /** Dense and sparse steps. */
  readonly recipe: Recipe;
  /** Sparse steps between two clusterings. */
  readonly clusterEvery?: number;
  /** Steps between two readings of the device's measurements. */
  readonly readEvery?: number;
  /** Steps between two validations. */
  readonly evaluateEvery?: number;
  /** Steps between two checkpoints. */
  readonly checkpointEvery?: number;
}

/** What is due when a number of steps is done: first what these lead to, then what the next step begins with. */
export interface Boundary {
  /** Steps done. */
  readonly step: number;
  /** Measurements are read; also at the end. */
  readonly reads: boolean;
  /** The loss over held-out text is computed; also at the end. */
  readonly evaluates: boolean;
  /** A checkpoint is saved; also at the end. */
  readonly saves: boolean;
  /** How the next step is computed; undefined at the end. */
  readonly phase: PhaseName | undefined;
  /** Whether the step before was computed in another way. The first step of a run counts as one after dense steps. */
  readonly switches: boolean;
  /** The neurons are clustered: in front of the first sparse step, and again after every `clusterEvery` of them. */
  readonly clusters: boolean;
}

/** The spans of a recipe with the sparse steps in front of each. */
function sparseSpans(recipe: Recipe): (PhaseSpan & { readonly sparseBefore: number })[] {
  let sparse = 0;
  return phaseSpans(recipe).map((span) => {
    const sparseBefore = sparse;
    if (span.phase === "sparse") sparse += span.end - span.start;
    return { ...span, sparseBefore };
  });
}

/** Steps that begin with a clustering, in order, from `from` on: at most one of each span. */
function clusteringsFrom({ recipe, clusterEvery = 0 }: Cadence, from: number): number[] {
  return sparseSpans(recipe).flatMap(({ phase, start, end, sparseBefore }) => {
    if (phase !== "sparse") return [];
    const done = sparseBefore + Math.max(start, from) - start;
    // Without an interval there is the one in front of the first sparse step.
    const due = clusterEvery > 0 ? Math.ceil(done / clusterEvery) * clusterEvery : done === 0 ? 0 : Infinity;
    const step = start + due - sparseBefore;
    return step < end ? [step] : [];
  });
}

function checkCadence({ clusterEvery = 0, readEvery = 0, evaluateEvery = 0, checkpointEvery = 0 }: Cadence): void {
  for (const [name, value] of Object.entries({ clusterEvery, readEvery, evaluateEvery, checkpointEvery })) {
    checkInteger(value, name, 0, "find the boundaries of a run");
  }
}

/**
 * What is due when `step` steps are done. It follows from the step number alone.
 *
 * @param cadence Recipe and intervals
 * @param step Steps done, 0 to all of them
 * @returns What is due; nothing may be
 * @throws {RangeError} If an interval or `step` is not an integer >= 0, or the recipe has fewer steps
 *
 * @example The end of the warm-up
 * ```ts
 * import { boundaryAt } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }] as const;
 * const { phase, switches, clusters, saves } = boundaryAt({ recipe, checkpointEvery: 3 }, 2);
 * assertEquals({ phase, switches, clusters, saves }, { phase: "sparse", switches: true, clusters: true, saves: false });
 * ```
 */
export function boundaryAt(cadence: Cadence, step: number): Boundary {
  checkCadence(cadence);
  const { recipe } = cadence;
  const total = recipeSteps(recipe);
  checkInteger(step, "the number of steps done", 0, "find what is due");
  if (step > total) {
    throw new RangeError(`Cannot find what is due as the recipe ends after ${total} steps: current value is ${step}`);
  }
  const isDue = (every = 0) => step > 0 && (step === total || (every > 0 && step % every === 0));
  const phase = step < total ? phaseAt(recipe, step) : undefined;
  return {
    step,
    reads: isDue(cadence.readEvery),
    evaluates: isDue(cadence.evaluateEvery),
    saves: isDue(cadence.checkpointEvery),
    phase,
    switches: phase !== undefined && phase !== phaseAfter(recipe, step),
    clusters: clusteringsFrom(cadence, step).includes(step),
  };
}

/**
 * The first boundary after `step` at which something is due; the end of the run is one.
 *
 * @param cadence Recipe and intervals
 * @param step Steps done, fewer than all
 * @returns What is due there
 * @throws {RangeError} If an interval or `step` is not an integer >= 0, or the recipe has no step left
 *
 * @example Go through a run
 * ```ts
 * import { nextBoundary } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const cadence = { recipe: [{ phase: "dense", steps: 4 }, { phase: "sparse", steps: 5 }], evaluateEvery: 3 } as const;
 * const steps = [];
 * for (let step = 0; step < 9;) steps.push(step = nextBoundary(cadence, step).step);
 * assertEquals(steps, [3, 4, 6, 9]);
 * ```
 */
export function nextBoundary(cadence: Cadence, step: number): Boundary {
  checkCadence(cadence);
  checkInteger(step, "the number of steps done", 0, "find the next boundary");
  const { recipe, readEvery = 0, evaluateEvery = 0, checkpointEvery = 0 } = cadence;
  const multiples = [readEvery, evaluateEvery, checkpointEvery]
    .filter((every) => every > 0)
    .map((every) => (Math.floor(step / every) + 1) * every);
  const ends = phaseSpans(recipe).map(({ end }) => end);
  const total = ends.at(-1) ?? 0;
  if (step >= total) {
    throw new RangeError(
      `Cannot find the next boundary as the recipe ends after ${total} steps: current value is ${step}`,
    );
  }
  const after = [...multiples, ...ends, ...clusteringsFrom(cadence, step + 1)].filter((due) => due > step);
  return boundaryAt(cadence, Math.min(...after, total));
}
