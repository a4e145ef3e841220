import { planRouting } from "@beyond24/recipe";
import type { ConfigValues } from "./flatten_config.ts";
import { type Clusters, presetClusters } from "./_preset_clusters.ts";
import { presetConfig } from "./preset_config.ts";
import type { RunConfig } from "./run_config.ts";

/** Takes what belongs to another plan, or to another number of neurons, in the preset, unless it is set, too. */
export function withPlansOwn(before: RunConfig, after: RunConfig, values: ConfigValues): RunConfig {
  const own = { ...chosenBy(before, after), ...clustersOf(before, after, values) };
  const free = Object.entries(own).filter(([key]) => !(`sparsity.${key}` in values));
  return { ...after, sparsity: { ...after.sparsity, ...Object.fromEntries(free) } };
}

/** Who chooses clusters, what they are of, and which layers have some: of the preset where nobody has set others. */
function chosenBy(before: RunConfig, after: RunConfig): Partial<RunConfig["sparsity"]> {
  if (after.sparsity.plan === before.sparsity.plan) return {};
  const present = before.sparsity;
  const own = presetConfig(before.preset, present.plan).sparsity;
  const { router, clusters, denseLayers } = presetConfig(after.preset, after.sparsity.plan).sparsity;
  return {
    ...(present.router === own.router ? { router } : {}),
    ...(present.clusters === own.clusters ? { clusters } : {}),
    ...(present.denseLayers === own.denseLayers ? { denseLayers } : {}),
  };
}

/**
 * The clusters of the preset where nobody has set others: a value that is the preset's counts as not set. Where
 * somebody has, another plan gets those that it wants at that work.
 */
function clustersOf(before: RunConfig, after: RunConfig, values: ConfigValues): Partial<Clusters> {
  const isOfPlan = after.sparsity.plan === before.sparsity.plan;
  if (isOfPlan && after.model.dFfn === before.model.dFfn) return {};
  const [own, present] = [presetClusters(before), before.sparsity];
  const isOwn = own.m === present.m && own.expertsPerToken === present.expertsPerToken;
  const isSet = "sparsity.m" in values || "sparsity.expertsPerToken" in values;
  if (isOwn || isSet) return presetClusters(after);
  if (isOfPlan) return own.m === present.m ? { m: presetClusters(after).m } : {};
  return clustersAtWork(before, after);
}

function clustersAtWork(before: RunConfig, after: RunConfig): Partial<Clusters> {
  const { v, m, expertsPerToken } = before.sparsity;
  const coarse = { v, n: 2 as const, m: m / expertsPerToken };
  if (coarse.m % 4 !== 0) return {};
  const [old, wanted] = [before, after].map(({ sparsity: { plan }, model }) => planRouting(plan, coarse, model.dFfn));
  // A plan that wants nothing else leaves the clusters as they were set.
  if (wanted === undefined || wanted.expertsPerToken === old?.expertsPerToken) return {};
  return { m: wanted.venom.m, expertsPerToken: wanted.expertsPerToken };
}
