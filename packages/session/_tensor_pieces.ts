import {
  allParts,
  type Collectives,
  type Device,
  elementCount,
  gatherParts,
  rowRange,
  type Tensor,
} from "@beyond24/device";
import type { NamedTensor } from "@beyond24/optimizer";
import { encodeSafetensorsHeader } from "@beyond24/safetensors";

/** Bytes that are copied to the host at once, where a row is not longer. */
const pieceBytes = 1 << 22;

/**
 * A safetensors file of f32 tensors, piece by piece, each copied from the device when it is asked for. A piece is valid
 * until the next one is asked for. Where every rank has a part of each tensor these are brought together, so that all
 * `sharers` have to go through all pieces.
 */
export async function* tensorPieces(
  device: Device,
  tensors: readonly NamedTensor[],
  sharers?: Collectives,
): AsyncGenerator<Uint8Array> {
  const byName = new Map(tensors.map((named) => [named.name, named]));
  const described = tensors.map(({ name, shape }) => [name, { dtype: "F32", shape }] as const);
  const { bytes, order } = encodeSafetensorsHeader(Object.fromEntries(described));
  yield bytes;
  for (const name of order) {
    const { tensor, shape = [] } = byName.get(name) ?? {};
    if (tensor?.dtype !== "f32") throw new TypeError(`Cannot save tensor ${name} as it must be f32`);
    const whole = sharers === undefined ? tensor : await gatherParts(device, tensor, shape, sharers);
    for (const part of rowParts(whole)) {
      const { buffer } = await device.read(part);
      yield new Uint8Array(buffer);
      // Given back at once: the collector would let dozens of megabytes gather first.
      if (buffer instanceof ArrayBuffer) buffer.transfer(0);
    }
    if (sharers !== undefined) device.free(allParts(whole, sharers.size));
  }
}

/** A tensor in ranges of rows. */
function* rowParts(tensor: Tensor): Generator<Tensor> {
  const [rows] = tensor.shape;
  if (rows === undefined) return yield tensor;
  const rowBytes = 4 * elementCount(tensor.shape) / rows;
  const step = Math.max(1, Math.floor(pieceBytes / rowBytes));
  for (let row = 0; row < rows; row += step) yield rowRange(tensor, row, Math.min(rows, row + step));
}
