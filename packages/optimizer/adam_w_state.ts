import type { Tensor } from "@beyond24/device";

/** A tensor of the optimizer's state with its name in checkpoints. */
export interface NamedTensor {
  /** `<parameter>.mean` or `<parameter>.variance`. */
  readonly name: string;
  /** That of the parameter. */
  readonly shape: readonly number[];
  /** f32, persistent: all elements, or where the parameter is sharded those of the part of this rank. */
  readonly tensor: Tensor;
}

/** Where saved moments come from. */
export interface MomentSource {
  /** The values of a tensor of this shape, valid until the next one is read. */
  read(name: string, shape: readonly number[]): Promise<Float32Array>;
}

/** First and second moment of a parameter, each of the shape of its master weights. */
export interface Moments {
  /** Running mean of the gradient, f32. */
  readonly mean: Tensor;
  /** Running mean of the squared gradient, f32. */
  readonly variance: Tensor;
}
