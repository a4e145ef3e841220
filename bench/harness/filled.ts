import type { Device, Tensor } from "@beyond24/device";
import { elementCount } from "@beyond24/device";
import { randomValues } from "./random_values.ts";

/** A tensor of reproducible values. */
export function filled(device: Device, shape: readonly number[], scale = 1): Tensor {
  const tensor = device.tensor(shape, "f32");
  device.write(tensor, randomValues(elementCount(shape), scale));
  return tensor;
}
