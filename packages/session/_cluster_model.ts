import type { Arena, Collectives } from "@beyond24/device";
import type { AdamW } from "@beyond24/optimizer";
import {
  clusterTransformer,
  type HostBatch,
  type TokenBatch,
  type Transformer,
  writeTokens,
} from "@beyond24/transformer";
import type { SessionConfig } from "./session_config.ts";

/** What {@linkcode clusterModel} works with. */
export interface ClusterModelOptions {
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
  { config, optimizer, arena, batch: { tokens }, collectives }: ClusterModelOptions,
): Promise<void> {
  const { seed, clustering: { iterations } = {} } = config;
  writeTokens(model, tokens, host.inputs);
  await clusterTransformer(model, {
    seed,
    ...(iterations === undefined ? {} : { iterations }),
    sample: { tokens, arena },
    companions: (parameter) => Object.values(optimizer.moments(parameter)),
    collectives,
  });
}
