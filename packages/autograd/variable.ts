import type { Tensor } from "@beyond24/device";

/** A value of the forward pass and the gradient of the loss with respect to it. */
export interface Variable {
  /** The value, inside the arena of a {@linkcode Tape}. */
  readonly value: Tensor;
  /**
   * The gradient, of the same shape and type, while the backward pass needs it. Functions go through the tape for it.
   */
  gradient: Tensor | undefined;
}
