import { type Arena, type Collectives, elementCount, type Tensor } from "@beyond24/device";
import type { AdamW } from "@beyond24/optimizer";
import { isRouted, routers } from "@beyond24/recipe";
import {
  clusterTransformer,
  type HostBatch,
  type TokenBatch,
  type Transformer,
  writeTokens,
} from "@beyond24/transformer";
import type { SessionConfig } from "./session_config.ts";
import type { SessionRanks } from "./session_ranks.ts";

/**
 * Tokens of the text for each of the vocabulary that say which clusters it has. Measured with as many, by a run of 23 M
 * parameters and a vocabulary of 32,000.
 */
const votersPerToken = 40;

/** What {@linkcode clusterModel} works with, and what its session can see ahead and let others do. */
export interface ClusterModelOptions extends Pick<SessionRanks, "upcoming" | "cluster"> {
  /** Seed and rounds. */
  readonly config: SessionConfig;
  /** Whose moments follow the neurons. */
  readonly optimizer: AdamW;
  /** Memory of a pass. */
  readonly arena: Arena;
  /** Where tokens go. */
  readonly batch: TokenBatch;
  /** The ranks; rank 0's clusters become those of all. */
  readonly collectives: Collectives;
}

/** Clusters the neurons: where their activations decide, by those on a micro-batch. */
export async function clusterModel(
  model: Transformer,
  host: HostBatch,
  { config, optimizer, arena, batch: { tokens }, upcoming, collectives, cluster }: ClusterModelOptions,
): Promise<void> {
  const { seed, clustering: { iterations } = {} } = config;
  writeTokens(model, tokens, host.inputs);
  await clusterTransformer(model, {
    seed,
    ...(iterations === undefined ? {} : { iterations }),
    sample: { tokens, arena, voters: votersOf(model, host, { tokens, upcoming }) },
    companions: (parameter) => Object.values(optimizer.moments(parameter)),
    collectives,
    ...(cluster === undefined ? {} : { cluster }),
  });
}

/** The tokens that vote where the router chooses by token; none elsewhere. */
function votersOf(
  { config: { sparsity, shape, tokens: vocabulary = shape.vocabularySize } }: Transformer,
  host: HostBatch,
  { tokens, upcoming }: { readonly tokens: Tensor; readonly upcoming: SessionRanks["upcoming"] },
): readonly Int32Array[] {
  if (sparsity === undefined || !isRouted(sparsity.plan)) return [];
  if (!routers[sparsity.router ?? "cosine"].needsTokens) return [];
  const count = Math.ceil(votersPerToken * vocabulary / elementCount(tokens.shape));
  return (upcoming?.(count) ?? [host]).map(({ inputs }) => inputs);
}
