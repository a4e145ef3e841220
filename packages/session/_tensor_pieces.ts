import { type Device, elementCount, partRange, type Rank, rowRange, type Tensor } from "@beyond24/device";
import type { NamedTensor } from "@beyond24/optimizer";
import { encodeSafetensorsHeader } from "@beyond24/safetensors";
import type { SharedTensors } from "./session_snapshot.ts";

/** Bytes that are copied to the host at once, where a row is not longer. */
const pieceBytes = 1 << 22;

/**
 * A safetensors file of f32 tensors, piece by piece, each copied from the device when it is asked for. A piece is valid
 * until the next one is asked for.
 */
export async function* tensorPieces(device: Device, tensors: readonly NamedTensor[]): AsyncGenerator<Uint8Array> {
  const { header, ordered } = layOut(tensors);
  yield header;
  for (const { tensor } of ordered) yield* piecesOf(device, rowParts(tensor));
}

/**
 * What a rank has of a safetensors file of tensors of which every rank has a part: its elements, and the first one the
 * header.
 */
export function sharedTensors(device: Device, tensors: readonly NamedTensor[], rank: Rank): SharedTensors {
  const { header, ordered } = layOut(tensors);
  const bytes = ordered.reduce((sum, { shape }) => sum + 4 * elementCount(shape), header.length);
  return { bytes, parts: parts() };

  async function* parts() {
    if (rank.rank === 0) yield { offset: 0, bytes: header };
    let at = header.length;
    for (const { tensor, shape } of ordered) {
      const { start, end } = partRange(shape, rank);
      let offset = at + 4 * start;
      // The room behind the last part is no part of the tensor.
      for await (const piece of piecesOf(device, rowParts(rowRange(tensor, 0, end - start)))) {
        yield { offset, bytes: piece };
        offset += piece.length;
      }
      at += 4 * elementCount(shape);
    }
  }
}

/** The header of a file, and the tensors in its order. */
function layOut(tensors: readonly NamedTensor[]): { header: Uint8Array; ordered: NamedTensor[] } {
  const other = tensors.find(({ tensor }) => tensor.dtype !== "f32");
  if (other !== undefined) throw new TypeError(`Cannot save tensor ${other.name} as it must be f32`);
  const byName = new Map(tensors.map((named) => [named.name, named]));
  const described = tensors.map(({ name, shape }) => [name, { dtype: "F32", shape }] as const);
  const { bytes, order } = encodeSafetensorsHeader(Object.fromEntries(described));
  return { header: bytes, ordered: order.flatMap((name) => byName.get(name) ?? []) };
}

async function* piecesOf(device: Device, parts: Iterable<Tensor>): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const { buffer } = await device.read(part);
    yield new Uint8Array(buffer);
    // Given back at once: the collector would let dozens of megabytes gather first.
    if (buffer instanceof ArrayBuffer) buffer.transfer(0);
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
