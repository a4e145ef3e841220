import type { Device } from "@beyond24/device";
import type { NamedTensor } from "@beyond24/optimizer";
import type { TensorSource } from "./tensor_source.ts";

/** Copies saved tensors into tensors of a device. */
export async function writeTensors(
  device: Device,
  tensors: readonly NamedTensor[],
  source: TensorSource,
): Promise<void> {
  for (const { name, tensor } of tensors) device.write(tensor, await source.read(name, tensor.shape));
}
