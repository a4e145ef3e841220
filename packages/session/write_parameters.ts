import { type Parameter, writeParameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import type { TensorSource } from "./tensor_source.ts";

/**
 * Copies saved weights into parameters, the copies that products read included.
 *
 * @param device Where the parameters live
 * @param parameters The parameters
 * @param source Where the weights come from
 * @throws {TypeError} If a weight is missing or of another type or shape
 *
 * @example Write zeros
 * ```ts
 * import { writeParameters } from "@beyond24/session";
 * import { createParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const norm = createParameter(device, "norm", [2]);
 * const source = { read: () => Promise.resolve(Float32Array.of(1, 2)) };
 * await writeParameters(device, [norm], source);
 * assertEquals(await device.read(norm.value), Float32Array.of(1, 2));
 * ```
 */
export async function writeParameters(
  device: Device,
  parameters: readonly Parameter[],
  source: TensorSource,
): Promise<void> {
  for (const parameter of parameters) {
    writeParameter(device, parameter, await source.read(parameter.name, parameter.shape));
  }
}
