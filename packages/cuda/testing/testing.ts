import { type Device, elementCount, type HostArray, type Tensor } from "@beyond24/device";
import { randomValues } from "@beyond24/device/contract";
import { createCudaDevice } from "../create_cuda_device.ts";
import { RecordingDriver } from "../driver/recording_driver.ts";

/** A device over a recording driver. */
export async function recordingDevice(): Promise<{ device: Device; driver: RecordingDriver }> {
  const driver = new RecordingDriver();
  return { device: await createCudaDevice({ driver }), driver };
}

/** A tensor of random values. */
export function seededTensor(
  device: Device,
  shape: readonly number[],
  seed: number,
  dtype: "bf16" | "f32" = "bf16",
): Tensor {
  const tensor = device.tensor(shape, dtype);
  device.write(tensor, randomValues(elementCount(shape), seed));
  return tensor;
}

/** ‖actual − expected‖ / ‖expected‖. */
export function relativeError(actual: HostArray, expected: HostArray): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += ((actual[i] ?? NaN) - (expected[i] ?? NaN)) ** 2;
    norm += (expected[i] ?? NaN) ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Sizes of the parameters of every kernel of a PTX text, in order. */
export function ptxParameters(ptx: string): Map<string, { align: number; bytes: number }[]> {
  const entries = new Map<string, { align: number; bytes: number }[]>();
  for (const [, name = "", list = ""] of ptx.matchAll(/\.entry\s+(\w+)\s*\(([^)]*)\)/g)) {
    const parameters = [...list.matchAll(/\.param\s+(?:\.align\s+(\d+)\s+)?\.(\w)(\d+)[^,[]*(?:\[(\d+)\])?/g)];
    entries.set(
      name,
      parameters.map(([, align, , bits, length]) => {
        const size = Number(bits) / 8 * Number(length ?? 1);
        return { align: Number(align ?? size), bytes: size };
      }),
    );
  }
  return entries;
}

/** Where each parameter of a kernel starts, as a C struct, and the bytes of all. */
export function parameterLayout(parameters: readonly { align: number; bytes: number }[]) {
  let size = 0;
  const offsets = parameters.map(({ align, bytes }) => {
    const offset = Math.ceil(size / align) * align;
    size = offset + bytes;
    return offset;
  });
  return { offsets, size };
}
