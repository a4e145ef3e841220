import { allParts, type Device } from "@beyond24/device";
import type { Parameter } from "./parameter.ts";

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
  const { weight, value, gradient, share: { size } } = parameter;
  if (weight.storage !== value.storage) device.free(weight);
  device.free(allParts(value, size));
  device.free(allParts(gradient, size));
}
