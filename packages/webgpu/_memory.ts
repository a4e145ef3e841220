import { checkPackedShape, type DType, OutOfMemoryError, type PackedMatrix24, type Tensor } from "@beyond24/device";
import { bufferBytes, GpuStorage, PackedGpuStorage, packedShapes, tensorBytes } from "./_gpu_storage.ts";
import type { DeviceFailure } from "./_device_failure.ts";

/** Takes memory for a request. */
export type TakeStorage = (bytes: number) => GpuStorage;

/** A tensor in memory from `take`. */
export function takeTensor(take: TakeStorage, shape: readonly number[], dtype: DType): Tensor {
  if (dtype === "bf16") throw new TypeError("Cannot allocate a tensor as WGSL has no bf16: use f32 or f16");
  return { shape: [...shape], dtype, storage: take(tensorBytes(shape, dtype)), offset: 0 };
}

/** A packed matrix in memory from `take`. */
export function takePacked(
  take: TakeStorage,
  dtype: "f32" | "f16",
  rows: number,
  cols: number,
  axis: "rows" | "cols",
): PackedMatrix24 {
  checkPackedShape(rows, cols, axis);
  const { values, words } = packedShapes(rows, cols, axis);
  const storage = new PackedGpuStorage(takeTensor(take, values, dtype), takeTensor(take, words, "i32"));
  return { format: "2:4", rows, cols, axis, dtype, storage };
}

/** The buffers of a storage: one of a tensor, two of a packed matrix. */
export function buffersOf({ storage }: Tensor | PackedMatrix24): GpuStorage[] {
  if (storage instanceof GpuStorage) return [storage];
  if (!(storage instanceof PackedGpuStorage)) return [];
  return [...buffersOf(storage.values), ...buffersOf(storage.metadata)];
}

/** The buffers of a device and their bytes. */
export class GpuMemory {
  /** Bytes of all live buffers. */
  liveBytes = 0;
  readonly #live = new Set<GpuStorage>();
  #nextId = 0;

  constructor(readonly device: GPUDevice, readonly failure: DeviceFailure) {}

  /**
   * A new buffer, zero everywhere.
   *
   * @throws {OutOfMemoryError} when the device does not take buffers of this size
   */
  take(bytes: number): GpuStorage {
    const size = bufferBytes(bytes);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (size > limit) {
      throw new OutOfMemoryError(
        `Cannot allocate a buffer as the adapter allows ${limit} bytes: current value is ${size}`,
      );
    }
    this.device.pushErrorScope("out-of-memory");
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ size, usage });
    this.failure.watchAllocation(this.device.popErrorScope(), size, this.liveBytes);
    const storage = new GpuStorage(buffer, this.#nextId++, size);
    this.#live.add(storage);
    this.liveBytes += size;
    return storage;
  }

  /** Whether a buffer is alive. */
  has(storage: GpuStorage): boolean {
    return this.#live.has(storage);
  }

  /** Counts a buffer as gone; the caller destroys it when no command uses it any more. */
  release(storage: GpuStorage): void {
    if (this.#live.delete(storage)) this.liveBytes -= storage.bytes;
  }

  /** Destroys all buffers. */
  dispose(): void {
    for (const { buffer } of this.#live) buffer.destroy();
    this.#live.clear();
    this.liveBytes = 0;
  }
}
