import type { Arena, DType, PackedMatrix24, Tensor } from "@beyond24/device";
import { BlockPool, BYTES_PER_ELEMENT, elementCount } from "@beyond24/device";
import type { CpuStorage } from "./cpu_storage.ts";
import { packedOver } from "./packed_over.ts";

/** Where an arena's memory comes from: its device. */
export interface StorageSource {
  /** Takes a block. */
  take(bytes: number): CpuStorage;
  /** Gives a block back. */
  release(storage: CpuStorage): void;
}

/**
 * Memory of one step.
 *
 * A block that a whole step did not use goes back to the device: after a change from dense to sparse steps the blocks
 * of the dense ones would lie idle.
 */
export class StepArena implements Arena {
  readonly #source: StorageSource;
  readonly #pool = new BlockPool<CpuStorage>();

  constructor(source: StorageSource) {
    this.#source = source;
  }

  tensor(shape: readonly number[], dtype: DType): Tensor {
    const storage = this.#take(elementCount(shape) * BYTES_PER_ELEMENT[dtype]);
    return { shape: [...shape], dtype, storage, offset: 0 };
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    return packedOver(rows, cols, axis, (bytes) => this.#take(bytes));
  }

  recycle({ storage }: Tensor | PackedMatrix24): void {
    this.#pool.recycle(storage);
  }

  reset(): void {
    this.#pool.reset((block) => this.#source.release(block));
  }

  dispose(): void {
    for (const block of this.#pool.blocks) this.#source.release(block);
    this.#pool.clear();
  }

  #take(bytes: number): CpuStorage {
    return this.#pool.take(bytes, () => this.#source.take(bytes));
  }
}
