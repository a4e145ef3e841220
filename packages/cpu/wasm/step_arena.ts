import type { Arena, DType, PackedMatrix24, Tensor } from "@beyond24/device";
import { BYTES_PER_ELEMENT, elementCount } from "@beyond24/device";
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
 * Memory of one step. Blocks are kept by size; a request takes the block of its size that was given back last, and
 * `reset` restores the order of creation, so that the same sequence of requests gets the same memory.
 *
 * A block that a whole step did not use goes back to the device: after a change from dense to sparse steps the blocks of
 * the dense ones would lie idle.
 */
export class StepArena implements Arena {
  readonly #source: StorageSource;
  /** All blocks, in order of creation. */
  readonly #blocks = new Set<CpuStorage>();
  /** The blocks that this step has used. */
  readonly #used = new Set<CpuStorage>();
  /** What is not in use, by size; the next request takes the last. */
  readonly #free = new Map<number, CpuStorage[]>();

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
    // A storage is in the set only when it is a block of this arena.
    const block = storage as CpuStorage;
    if (!this.#blocks.has(block) || this.#freeOf(block.bytes).includes(block)) {
      throw new TypeError("Cannot recycle a tensor as it is not in use in this arena: recycle every tensor once");
    }
    this.#freeOf(block.bytes).push(block);
  }

  reset(): void {
    this.#free.clear();
    for (const block of [...this.#blocks].reverse()) {
      if (this.#used.has(block)) this.#freeOf(block.bytes).push(block);
      else this.#drop(block);
    }
    this.#used.clear();
  }

  dispose(): void {
    for (const block of this.#blocks) this.#drop(block);
    this.#used.clear();
    this.#free.clear();
  }

  #drop(block: CpuStorage): void {
    this.#blocks.delete(block);
    this.#source.release(block);
  }

  #freeOf(bytes: number): CpuStorage[] {
    const free = this.#free.get(bytes) ?? [];
    this.#free.set(bytes, free);
    return free;
  }

  #take(bytes: number): CpuStorage {
    const block = this.#freeOf(bytes).pop() ?? this.#source.take(bytes);
    this.#blocks.add(block);
    this.#used.add(block);
    return block;
  }
}
