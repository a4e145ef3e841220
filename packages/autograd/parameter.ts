import type { Rank, Tensor } from "@beyond24/device";

/** How the ranks of a run share the parameters of a model. */
export interface ParameterShare extends Rank {
  /** Whether a rank keeps the master weights of its part only, so that only it can update them. */
  readonly isSharded: boolean;
}

/** One rank has everything. */
export const soleShare: ParameterShare = { rank: 0, size: 1, isSharded: false };

/**
 * A weight that is trained. The optimizer updates `weight`, products read `value`, and the backward pass writes
 * `gradient`.
 */
export interface Parameter {
  /** Name in checkpoints, unique in a model. */
  readonly name: string;
  /** Extent of each axis. */
  readonly shape: readonly number[];
  /** The master weights, f32; where they are sharded, those of the part of this rank, of one axis (`ownPart`). */
  readonly weight: Tensor;
  /**
   * What kernels read, always whole: `weight` itself, or its copy in the device's activation type. A sharded weight of
   * that type lies in it.
   */
  readonly value: Tensor;
  /** Gradient of the loss, f32, summed over the micro-batches of a step. */
  readonly gradient: Tensor;
  /** The ranks that train it; `value` and `gradient` have room for their parts (`partedTensor`). */
  readonly share: ParameterShare;
  /** Whether weight decay applies: true for matrices, false for gains. */
  readonly decay: boolean;
  /**
   * Counts the changes of `weight`. Whoever changes it adds one, on the host and outside of `Device.replay`; what is
   * derived from the weights remembers the version that it was made from, and is made again when it is older.
   */
  version: number;
}
