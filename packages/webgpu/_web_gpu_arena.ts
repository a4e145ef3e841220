import { type Arena, BlockPool, type DType, type PackedMatrix24, type Tensor } from "@beyond24/device";
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
  readonly #pool = new BlockPool<GpuStorage>();

  constructor(readonly source: BufferSource, readonly activationType: "f32" | "f16") {}

  tensor(shape: readonly number[], dtype: DType): Tensor {
    return takeTensor((bytes) => this.#take(bytes), shape, dtype);
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    return takePacked((bytes) => this.#take(bytes), this.activationType, rows, cols, axis);
  }

  recycle(tensor: Tensor | PackedMatrix24): void {
    for (const storage of buffersOf(tensor)) this.#pool.recycle(storage);
  }

  reset(): void {
    this.#pool.reset();
  }

  dispose(): void {
    for (const storage of this.#pool.blocks) this.source.release(storage);
    this.#pool.clear();
  }

  #take(bytes: number): GpuStorage {
    return this.#pool.take(bufferBytes(bytes), () => this.source.take(bytes));
  }
}
