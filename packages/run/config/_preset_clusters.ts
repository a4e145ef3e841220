import { routingFor } from "@beyond24/recipe";
import { presetOf } from "./_preset_of.ts";
import type { RunConfig } from "./run_config.ts";

/** Columns of a block, which say how many clusters there are, and clusters of a token. */
export type Clusters = Pick<RunConfig["sparsity"], "m" | "expertsPerToken">;

/** The clusters that the preset of a configuration has with its plan and its neurons. */
export function presetClusters({ preset, sparsity: { plan }, model: { dFfn } }: RunConfig): Clusters {
  const { venom: { m }, expertsPerToken } = routingFor(presetOf(preset), plan, dFfn);
  return { m, expertsPerToken };
}
