import type { LearningRateSchedule } from "./learning_rate_at.ts";
import { modelPresets, type PresetName } from "./model_presets.ts";
import type { ModelShape } from "./model_shape.ts";
import { recipeSteps } from "./phases.ts";
import { type PlanRouting, planRouting } from "./plan_routing.ts";
import type { Recipe } from "./recipe.ts";
import { recipes } from "./recipes.ts";
import type { SparsityPlanName } from "./sparsity_plans.ts";
import { type VenomFormat, venomFormats } from "./venom_format.ts";

/** What a training run needs besides data. */
export interface TrainingPreset {
  /** Sizes of the model. */
  readonly model: ModelShape;
  /** Dense and sparse steps. */
  readonly recipe: Recipe;
  /** Learning rate over the whole recipe. */
  readonly schedule: LearningRateSchedule;
  /** Sequences in a batch (of one device). */
  readonly batchSize: number;
  /** Sparse operand of each product in sparse steps. */
  readonly plan: SparsityPlanName;
  /** Clusters of this plan, and who chooses them. */
  readonly routing: PlanRouting;
  /** Format of sparse activations of other plans, at the work of one cluster a token. */
  readonly paperVenom: VenomFormat;
  /** First layers that stay dense in sparse steps of this plan; other plans have none. */
  readonly denseLayers: number;
}

/** What a preset has with its own plan and not with others. */
interface OwnPlan extends Partial<Pick<TrainingPreset, "plan" | "denseLayers">> {
  /** The work that its clusters are of. Default: that of other plans. */
  readonly venom?: VenomFormat;
  /** What of its routing is another than the plan wants at that work. */
  readonly routing?: Partial<PlanRouting>;
}

function preset(
  name: PresetName,
  batchSize: number,
  paperVenom: VenomFormat,
  rate: Omit<LearningRateSchedule, "totalSteps">,
  { plan = "paper", venom = paperVenom, routing = {}, denseLayers = 0 }: OwnPlan = {},
): TrainingPreset {
  const recipe = recipes[name];
  const model = modelPresets[name];
  return {
    model,
    recipe,
    schedule: { ...rate, totalSteps: recipeSteps(recipe) },
    batchSize,
    plan,
    routing: { ...planRouting(plan, venom, model.dFfn), ...routing },
    denseLayers,
    paperVenom,
  };
}

/**
 * How a learning rate falls that stays at its peak first: linearly, in the last fifth of all steps.
 *
 * @example A learning rate that is stable for four fifths of the steps
 * ```ts
 * import { decayStart, stableDecay } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decayStart({ ...stableDecay, warmupSteps: 10, totalSteps: 100 }), 80);
 * ```
 */
export const stableDecay = { decay: "linear", decayRatio: 0.2 } as const satisfies Partial<LearningRateSchedule>;

const stable = { finalRatio: 0.1, ...stableDecay };

/**
 * Plan `beyond` with a first layer that stays dense and an eighth of the neurons of a token in the others. Measured at
 * 125 M parameters: the first layer alone is most of what routing costs in loss, and behind dense first layers a sixth
 * of the neurons loses no more than a quarter, or a tenth of a percent, and takes less time. An eighth was measured at
 * 23 M parameters alone, where it ends 0.4 % above dense.
 */
const routedLater = { plan: "beyond", venom: venomFormats["93.75"], denseLayers: 1 } as const satisfies OwnPlan;

/**
 * The same by probes. All energies take y1 of all neurons, most of the time of a wide network that gives a token an
 * eighth: with probes that of 1B takes 0.71 of its time and that of 7B 0.72, and activations of all neurons are not
 * kept. At 125 M parameters a run of 1840 steps ends 0.14 and 0.25 % higher with probes (one seed each). At 1B they
 * save 1.5 % of all steps, which is worth about that, at 7B more: an estimate, no loss was measured there. A table of
 * the vocabulary takes less time still; at 125 M it ends below all energies in 1840 steps and 0.2 % above them in 9200,
 * so that it is no preset's (docs/quality.md, docs/log.md).
 */
const probedLater = { ...routedLater, routing: { router: "probe" } } as const satisfies OwnPlan;

/**
 * Plan `beyond` with finer clusters that probes choose. On a CPU y1 of all neurons, which the router `energy` wants, is
 * a quarter of the sparse step of `small`. Four of 32 clusters are the work of two of 16 and take as long by
 * probes; their probes saw 0.73 of the energy in them, where two of 16 had 0.63 and a run ended 1.2 % above its twin.
 */
const finer = {
  plan: "beyond",
  routing: { venom: { v: 16, n: 2, m: 128 }, expertsPerToken: 4, router: "probe" },
} as const satisfies OwnPlan;

/**
 * Model, recipe, learning rate and batch of every preset.
 *
 * GPT-3's Table 2.1 gives the peak learning rates of `llama-125m` and `llama-350m` (6e-4 and 3e-4); their batches, of
 * 65,536 and 32,768 tokens, are what one GPU of 80 GB takes, and `train.microBatches` makes them larger. The paper's
 * Table 1 gives peak learning rate (3e-4 and 4e-4), cosine and batch size 2; `optimizer.decay=cosine` with
 * `optimizer.decayRatio=1` has it to the letter. Here all presets but `tiny` stay at the peak and fall linearly in the
 * last fifth: dense steps catch up with what sparse ones left while the rate is high, and a dense run ends lower, too.
 * `small` falls in the last two fifths: its dense run ends as low so, and the one with sparse steps lower.
 * The paper is silent about warm-up of the learning rate and the final rate; here the warm-up is as long as the dense
 * warm-up and the final rate is a tenth. Venom block rows `v` are 16 for `tiny` and `small`, whose batches are too
 * small for segments padded to 64. All but `tiny` have the plan `beyond`, which loses least; a network as small as
 * `tiny` takes longer with it than dense, and has the paper's. `small` chooses four of 32 clusters by probes. Those for
 * GPUs keep their first layer dense in sparse steps and give a token an eighth of the neurons of the others, a sixth in
 * `llama-125m`; those of 1B and 7B let probes choose them.
 *
 * @example Read the schedule of a preset
 * ```ts
 * import { learningRateAt, trainingPresets } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(learningRateAt(trainingPresets["llama-1b"].schedule, 1000), 3e-4);
 * ```
 */
export const trainingPresets: Readonly<Record<PresetName, TrainingPreset>> = {
  "tiny": preset("tiny", 4, { v: 16, n: 2, m: 16 }, { peak: 3e-3, finalRatio: 0.1, warmupSteps: 20 }),
  "small": preset(
    "small",
    8,
    { v: 16, n: 2, m: 32 },
    { peak: 1e-3, warmupSteps: 60, ...stable, decayRatio: 0.4 },
    finer,
  ),
  "llama-125m": preset(
    "llama-125m",
    32,
    venomFormats["87.5"],
    { peak: 6e-4, warmupSteps: 1000, ...stable },
    { ...routedLater, routing: { venom: { v: 64, n: 2, m: 96 }, expertsPerToken: 4 } }, // 24 clusters of a tile: F / 6
  ),
  "llama-350m": preset(
    "llama-350m",
    16,
    venomFormats["87.5"],
    { peak: 3e-4, warmupSteps: 1000, ...stable },
    routedLater,
  ),
  "llama-1b": preset(
    "llama-1b",
    2,
    venomFormats["87.5"],
    { peak: 3e-4, warmupSteps: 1000, ...stable },
    probedLater,
  ),
  "llama-7b": preset(
    "llama-7b",
    2,
    venomFormats["87.5"],
    { peak: 4e-4, warmupSteps: 1000, ...stable },
    probedLater,
  ),
};

/**
 * A preset with another plan for its sparse steps, in which all layers are sparse and clusters are what that plan wants
 * at the paper's format: both are of a plan.
 *
 * @param preset The preset
 * @param plan The plan. Default: that of the preset
 * @returns The preset with that plan; as it is where it is of the plan already
 *
 * @example The paper's plan in place of `beyond`
 * ```ts
 * import { planRouting, trainingPresets, withPlan } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const preset = trainingPresets["llama-1b"];
 * assertEquals(withPlan(preset), preset);
 * assertEquals(withPlan(preset, "beyond"), preset);
 * const routing = planRouting("paper", preset.paperVenom);
 * assertEquals(withPlan(preset, "paper"), { ...preset, plan: "paper", routing, denseLayers: 0 });
 * ```
 */
export function withPlan(preset: TrainingPreset, plan: SparsityPlanName = preset.plan): TrainingPreset {
  if (plan === preset.plan) return preset;
  return { ...preset, plan, routing: planRouting(plan, preset.paperVenom, preset.model.dFfn), denseLayers: 0 };
}
