import {
  BYTES_PER_ELEMENT,
  type DType,
  elementCount,
  type PackedMatrix24,
  type Storage,
  type Tensor,
} from "@beyond24/device";

/** Buffers are whole 16-byte units, so that a shader may read any of them as vectors of four f32. */
const UNIT = 16;

/** Rounds a size up to what a buffer may have. */
export function bufferBytes(bytes: number): number {
  return Math.max(UNIT, Math.ceil(bytes / UNIT) * UNIT);
}

/** Memory of one tensor: one GPU buffer. */
export class GpuStorage implements Storage {
  /** Keys of the cached bind groups that hold the buffer. */
  readonly bindGroups: Set<string> = new Set();
  /** Number of the submit whose commands use the buffer last; a write must not overtake them. */
  usedIn = -1;

  constructor(readonly buffer: GPUBuffer, readonly id: number, readonly bytes: number) {}
}

/**
 * Memory of a packed matrix, packed in place: along `"cols"` values are [rows, cols / 2] and metadata
 * [ceil(rows / 8), cols / 4], along `"rows"` values are [rows / 2, cols] and metadata [rows / 4, ceil(cols / 8)]. A
 * word of metadata holds the nibbles of eight neighbours *across* the groups, so that one invocation writes whole
 * words.
 */
export class PackedGpuStorage implements Storage {
  readonly bytes: number;

  constructor(readonly values: Tensor, readonly metadata: Tensor) {
    this.bytes = values.storage.bytes + metadata.storage.bytes;
  }
}

/** Shapes of values and metadata of a packed matrix. */
export function packedShapes(rows: number, cols: number, axis: "rows" | "cols"): { values: number[]; words: number[] } {
  if (axis === "cols") return { values: [rows, cols / 2], words: [Math.ceil(rows / 8), cols / 4] };
  return { values: [rows / 2, cols], words: [rows / 4, Math.ceil(cols / 8)] };
}

/** Bytes that the elements of a tensor take. */
export function tensorBytes(shape: readonly number[], dtype: DType): number {
  return elementCount(shape) * BYTES_PER_ELEMENT[dtype];
}

/** The buffer behind a tensor. */
export function gpuStorage({ storage, shape }: Tensor): GpuStorage {
  if (storage instanceof GpuStorage) return storage;
  throw new TypeError(`Cannot use a tensor as it belongs to another device: current value is [${shape}]`);
}

/** The buffers behind a packed matrix. */
export function packedStorage({ storage, rows, cols }: PackedMatrix24): PackedGpuStorage {
  if (storage instanceof PackedGpuStorage) return storage;
  throw new TypeError(
    `Cannot use a packed matrix as it belongs to another device: current value is [${rows}, ${cols}]`,
  );
}
