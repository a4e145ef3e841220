import type { Arena, DType, PackedMatrix24, Tensor } from "@beyond24/device";
import { bufferBytes, type GpuStorage } from "./_gpu_storage.ts";
import { buffersOf, takePacked, takeTensor } from "./_memory.ts";

/** What an arena asks of its device. */
export interface BufferSource {
  /** A new buffer. */
  take(bytes: number): GpuStorage;
  /** Destroys a buffer as soon as no command uses it. */
  release(storage: GpuStorage): void;
}

/**
 * Buffers of one step. A free list per size, taken last in first out and restored to the order of creation by `reset`,
 * hands the same buffers to the same sequence of requests, so that bind groups can be kept.
 */
export class WebGpuArena implements Arena {
  readonly #buffers: GpuStorage[] = [];
  readonly #inUse = new Set<GpuStorage>();
  readonly #free = new Map<number, GpuStorage[]>();

  constructor(readonly source: BufferSource, readonly activationType: "f32" | "f16") {}

  tensor(shape: readonly number[], dtype: DType): Tensor {
    return takeTensor((bytes) => this.#take(bytes), shape, dtype);
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    return takePacked((bytes) => this.#take(bytes), this.activationType, rows, cols, axis);
  }

  recycle(tensor: Tensor | PackedMatrix24): void {
    for (const storage of buffersOf(tensor)) {
      if (!this.#inUse.delete(storage)) {
        throw new TypeError("Cannot recycle a tensor as it is not in use in this arena: recycle every tensor once");
      }
      this.#freeOf(storage.bytes).push(storage);
    }
  }

  reset(): void {
    this.#free.clear();
    this.#inUse.clear();
    for (const storage of [...this.#buffers].reverse()) this.#freeOf(storage.bytes).push(storage);
  }

  dispose(): void {
    for (const storage of this.#buffers) this.source.release(storage);
    this.#buffers.length = 0;
    this.#inUse.clear();
    this.#free.clear();
  }

  #freeOf(bytes: number): GpuStorage[] {
    const free = this.#free.get(bytes) ?? [];
    this.#free.set(bytes, free);
    return free;
  }

  #take(bytes: number): GpuStorage {
    const free = this.#freeOf(bufferBytes(bytes)).pop();
    const storage = free ?? this.source.take(bytes);
    if (free === undefined) this.#buffers.push(storage);
    this.#inUse.add(storage);
    return storage;
  }
}
