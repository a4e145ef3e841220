import { routingFor, trainingPresets } from "@beyond24/recipe";
import { isPreset } from "./preset_config.ts";
import type { RunConfig } from "./run_config.ts";

/** Columns of a block, which say how many clusters there are, and clusters of a token. */
export type Clusters = Pick<RunConfig["sparsity"], "m" | "expertsPerToken">;

/** The clusters that the preset of a configuration has with its plan and its neurons; none for an unknown preset. */
export function presetClusters({ preset, sparsity: { plan }, model: { dFfn } }: RunConfig): Partial<Clusters> {
  if (!isPreset(preset)) return {};
  const { venom: { m }, expertsPerToken } = routingFor(trainingPresets[preset], plan, dFfn);
  return { m, expertsPerToken };
}
