import { type Device, partRange, writePart } from "@beyond24/device";
import type { Parameter } from "./parameter.ts";

/**
 * Copies host values, those of the whole parameter, into the master weights and into the copy that products read.
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
 * assertEquals(parameter.version, 1);
 * ```
 */
export function writeParameter(device: Device, parameter: Parameter, values: Float32Array): void {
  const { weight, value, shape, share } = parameter;
  device.write(value, values);
  if (weight.storage !== value.storage) {
    const { start, end } = share.isSharded ? partRange(shape, share) : { start: 0, end: values.length };
    writePart(device, weight, values.subarray(start, end));
  }
  parameter.version++;
}
