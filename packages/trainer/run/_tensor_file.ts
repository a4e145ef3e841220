import { type Parameter, writeParameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import type { NamedTensor } from "@beyond24/optimizer";
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsTensor,
  type SafetensorsTensors,
} from "@beyond24/safetensors";

/** Copies f32 tensors from a device into a safetensors file. */
export async function readTensors(device: Device, tensors: readonly NamedTensor[]): Promise<Uint8Array> {
  const file: Record<string, SafetensorsTensor> = {};
  for (const { name, tensor } of tensors) {
    const data = await device.read(tensor);
    if (!(data instanceof Float32Array)) throw new TypeError(`Cannot save tensor ${name} as it must be F32`);
    file[name] = { dtype: "F32", shape: tensor.shape, data };
  }
  return encodeSafetensors(file);
}

/** Copies a safetensors file into tensors of a device. */
export function writeTensors(device: Device, tensors: readonly NamedTensor[], bytes: Uint8Array): void {
  const file = decodeTensors(bytes);
  for (const { name, tensor } of tensors) device.write(tensor, valuesOf(file, name, tensor.shape));
}

/** Copies a safetensors file into parameters, the copies that products read included. */
export function writeParameters(device: Device, parameters: readonly Parameter[], bytes: Uint8Array): void {
  const file = decodeTensors(bytes);
  for (const parameter of parameters) {
    writeParameter(device, parameter, valuesOf(file, parameter.name, parameter.shape));
  }
}

function decodeTensors(bytes: Uint8Array): SafetensorsTensors {
  return decodeSafetensors(bytes).tensors;
}

function valuesOf(file: SafetensorsTensors, name: string, shape: readonly number[]): Float32Array {
  const found = file[name];
  if (found?.dtype === "F32" && String(found.shape) === String(shape)) return found.data;
  const value = found === undefined ? "missing" : `${found.dtype} [${found.shape}]`;
  throw new TypeError(`Cannot restore tensor ${name} as it must be F32 [${shape}]: current value is ${value}`);
}
