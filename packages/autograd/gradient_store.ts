import type { Arena, Device, Tensor } from "@beyond24/device";
import type { Variable } from "./variable.ts";

/** Where a kernel writes a gradient. */
export interface GradientTarget {
  /** The gradient. */
  readonly out: Tensor;
  /** Whether the kernel must add to it instead of replacing it. */
  readonly accumulate: boolean;
}

/**
 * The gradients of variables with the number of variables that share each tensor: a residual connection hands the same
 * gradient to both of its branches, and only the last owner may write to it or recycle it.
 */
export class GradientStore {
  readonly #device: Device;
  readonly #arena: Arena;
  readonly #owners = new Map<Tensor, number>();

  /**
   * No gradients yet.
   *
   * @param device Where the kernels run
   * @param arena Where gradients live
   */
  constructor(device: Device, arena: Arena) {
    this.#device = device;
    this.#arena = arena;
  }

  /** Counts one more owner of a gradient. */
  share(gradient: Tensor): Tensor {
    this.#owners.set(gradient, (this.#owners.get(gradient) ?? 1) + 1);
    return gradient;
  }

  /** Adds a tensor, with one ownership of it, to the gradient of a variable. */
  add(variable: Variable, gradient: Tensor): void {
    const before = variable.gradient;
    if (before === undefined) {
      variable.gradient = gradient;
      return;
    }
    const out = [before, gradient].find((tensor) => !this.#shared(tensor)) ?? this.#like(gradient);
    this.#device.kernels.add({ a: before, b: gradient, out });
    for (const tensor of [before, gradient]) if (tensor !== out) this.#release(tensor);
    variable.gradient = out;
  }

  /** A gradient of which the variable is the only owner, for a kernel to write. */
  target(variable: Variable): GradientTarget {
    const before = variable.gradient;
    if (before !== undefined && !this.#shared(before)) return { out: before, accumulate: true };
    const out = this.#like(variable.value);
    variable.gradient = out;
    if (before === undefined) return { out, accumulate: false };
    this.#device.kernels.copy({ x: before, out });
    this.#release(before);
    return { out, accumulate: true };
  }

  /** Makes the gradient of a variable that of another one, which has none yet. */
  move(from: Variable, to: Variable): void {
    to.gradient = from.gradient;
    from.gradient = undefined;
  }

  /** Ends a variable's ownership of its gradient. */
  clear(variable: Variable): void {
    if (variable.gradient !== undefined) this.#release(variable.gradient);
    variable.gradient = undefined;
  }

  #shared(gradient: Tensor): boolean {
    return (this.#owners.get(gradient) ?? 1) > 1;
  }

  #like({ shape, dtype }: Tensor): Tensor {
    return this.#arena.tensor(shape, dtype);
  }

  #release(gradient: Tensor): void {
    const owners = this.#owners.get(gradient) ?? 1;
    if (owners > 1) this.#owners.set(gradient, owners - 1);
    else {
      this.#owners.delete(gradient);
      this.#arena.recycle(gradient);
    }
  }
}
