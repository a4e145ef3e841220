import type { Device } from "@beyond24/device";
import type { Parameter } from "./parameter.ts";

/** How {@linkcode createParameter} makes a parameter. */
export interface ParameterOptions {
  /** Whether weight decay applies. Default true. */
  decay?: boolean;
  /**
   * Storage of `value`: `"activation"` keeps a copy in the device's activation type where that is not f32, `"master"`
   * reads the f32 master weights. Default `"activation"`.
   */
  storage?: "activation" | "master";
}

/**
 * Allocates a parameter, persistent and zero everywhere.
 *
 * @param device Where it lives
 * @param name Name in checkpoints
 * @param shape Extent of each axis
 * @param options Decay and storage
 * @returns The parameter; {@linkcode writeParameter} gives it values, {@linkcode freeParameter} frees it
 *
 * @example Allocate a matrix
 * ```ts
 * import { createParameter, freeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const parameter = createParameter(device, "lm_head.weight", [8, 4]);
 * assertEquals(parameter.gradient.shape, [8, 4]);
 * freeParameter(device, parameter);
 * assertEquals(device.liveBytes, 0);
 * ```
 */
export function createParameter(
  device: Device,
  name: string,
  shape: readonly number[],
  options: ParameterOptions = {},
): Parameter {
  const weight = device.tensor(shape, "f32");
  const shared = device.activationType === "f32" || options.storage === "master";
  const value = shared ? weight : device.tensor(shape, device.activationType);
  const gradient = device.tensor(shape, "f32");
  return { name, shape, weight, value, gradient, decay: options.decay ?? true, version: 0 };
}
