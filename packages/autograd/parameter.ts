import type { Device, Tensor } from "@beyond24/device";

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
}

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
  return { name, shape, weight, value, gradient: device.tensor(shape, "f32"), decay: options.decay ?? true };
}

/**
 * Copies host values into the master weights and into the copy that products read.
 *
 * @param device Where the parameter lives
 * @param parameter The parameter
 * @param values Row-major values
 * @throws {TypeError} If the lengths differ
 *
 * @example Write and read back
 * ```ts
 * import { createParameter, writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const parameter = createParameter(device, "norm", [2]);
 * writeParameter(device, parameter, new Float32Array([1, 2]));
 * assertEquals(await device.read(parameter.value), new Float32Array([1, 2]));
 * ```
 */
export function writeParameter(device: Device, parameter: Parameter, values: Float32Array): void {
  device.write(parameter.weight, values);
  if (parameter.value !== parameter.weight) device.write(parameter.value, values);
}

/**
 * Frees all tensors of a parameter.
 *
 * @param device Where the parameter lives
 * @param parameter The parameter, unusable afterwards
 *
 * @example Free
 * ```ts
 * import { createParameter, freeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * freeParameter(device, createParameter(device, "norm", [2]));
 * assertEquals(device.liveBytes, 0);
 * ```
 */
export function freeParameter(device: Device, parameter: Parameter): void {
  if (parameter.value !== parameter.weight) device.free(parameter.value);
  device.free(parameter.weight);
  device.free(parameter.gradient);
}
