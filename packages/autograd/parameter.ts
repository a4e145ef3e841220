import type { Tensor } from "@beyond24/device";

/**
 * A weight that is trained. The optimizer updates `weight`, products read `value`, and the backward pass writes
 * `gradient`.
 */
export interface Parameter {
  /** Name in checkpoints, unique in a model. */
  readonly name: string;
  /** Extent of each axis. */
  readonly shape: readonly number[];
  /** The master weights, f32. */
  readonly weight: Tensor;
  /** What kernels read: `weight` itself, or its copy in the device's activation type. */
  readonly value: Tensor;
  /** Gradient of the loss, f32, summed over the micro-batches of a step. */
  readonly gradient: Tensor;
  /** Whether weight decay applies: true for matrices, false for gains. */
  readonly decay: boolean;
  /**
   * Counts the changes of `weight`. Whoever changes it adds one, on the host and outside of `Device.replay`; what is
   * derived from the weights remembers the version that it was made from, and is made again when it is older.
   */
  version: number;
}
