import type { Collectives } from "@beyond24/device";
import type { NeuronClustering } from "@beyond24/ffn";
import { type HostBatch, joinStatistics, type Transformer } from "@beyond24/transformer";

/**
 * What tells the sessions of one device apart, the ranks that train the same model, when it gets its weights, what it
 * can see of its text ahead, and what it lets others do.
 */
export interface SessionRanks {
  /** Of this session on its device. Default `"session"`. */
  readonly key?: string;
  /**
   * The ranks, each with a session of the same configuration and batches of its own; all make the same calls. Default:
   * one.
   */
  readonly collectives?: Collectives;
  /**
   * What of the optimizer's state each of several ranks keeps a part of: all of it, and the master weights
   * (`"optimizer"`), or nothing. Changes no number. Default `"optimizer"`.
   */
  readonly shard?: "none" | "optimizer";
  /**
   * Whether the weights are drawn from the seed at once, or zero until they are read, or drawn by `drawTransformer`: to
   * draw those of a large model takes longer than to read them, in vain where it goes on from a checkpoint. Default
   * `"drawn"`.
   */
  readonly weights?: "drawn" | "zero";
  /**
   * The micro-batches of this rank that come next, which are not drawn by it: a router that chooses by token learns
   * from some of them. Default: it learns from the batch that neurons are clustered on.
   */
  readonly upcoming?: (count: number) => readonly HostBatch[];
  /** What finds clusters of neurons, those of several layers at the same time. Default: `clusterNeurons`, here. */
  readonly cluster?: NeuronClustering;
}

/** What all ranks measured together, one row a step. */
export async function joinRows(
  model: Transformer,
  { size, sum }: Collectives,
  rows: readonly Float32Array[],
): Promise<readonly Float32Array[]> {
  if (size === 1) return rows;
  const sums = await sum(rows.flatMap((row) => [...row]));
  return rows.map(({ length }, i) =>
    joinStatistics(model, Float32Array.from(sums.slice(i * length, (i + 1) * length)), size)
  );
}
