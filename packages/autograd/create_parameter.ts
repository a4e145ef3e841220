import { type Device, ownPart, partedTensor, partLength, type Tensor } from "@beyond24/device";
import { type Parameter, type ParameterShare, soleShare } from "./parameter.ts";

/** How {@linkcode createParameter} makes a parameter. */
export interface ParameterOptions {
  /** Whether weight decay applies. Default true. */
  decay?: boolean;
  /**
   * Storage of `value`: `"activation"` keeps a copy in the device's activation type where that is not f32, `"master"`
   * reads the f32 master weights. Default `"activation"`.
   */
  storage?: "activation" | "master";
  /** The ranks that train it. Default: one. */
  share?: ParameterShare;
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
  const { decay = true, storage = "activation", share = soleShare } = options;
  const type = storage === "master" ? "f32" : device.activationType;
  const value = partedTensor(device, shape, type, share.size);
  const gradient = partedTensor(device, shape, "f32", share.size);
  return { name, shape, weight: createMaster(device, value, share), value, gradient, decay, share, version: 0 };
}

function createMaster(device: Device, value: Tensor, share: ParameterShare): Tensor {
  if (value.dtype === "f32") return share.isSharded ? ownPart(value, share) : value;
  return device.tensor(share.isSharded ? [partLength(value.shape, share.size)] : value.shape, "f32");
}
