import type { Tensor } from "./tensor.ts";

/**
 * Where the sorted tokens of every expert lie. `groupTokens` writes them, and kernels on sorted tokens take them: how
 * the segments are padded is part of the call and not of the memory. Whoever writes offsets himself keeps to its rules:
 * they ascend, and the last is at most the number of rows.
 */
export interface Segments {
  /** Start row of each expert's segment and the end of the last: i32 [E + 1], on the device. */
  readonly offsets: Tensor;
  /** Every one of the offsets is a multiple of this many rows. */
  readonly align: number;
}

/**
 * Where the sorted tokens of a product or a selection lie, for devices that gather them while they multiply or select
 * (`Device.gathersTokens`).
 */
export interface TokenGather {
  /**
   * i32 [R], the `order` of `groupTokens`: sorted row r is row `floor(order[r] / replicas)` of `x`, zeros where it is
   * negative.
   */
  order: Tensor;
  /** Replicas of a row (k). */
  replicas: number;
}
