import type { Arena, DType, PackedMatrix24, Tensor } from "@beyond24/device";
import { BlockPool, checkPackedShape, elementCount } from "@beyond24/device";
import { HostStorage } from "./_host_storage.ts";
import { type Memory, packedOver, tensorOver } from "./_memory.ts";
import { PackedStorage } from "./_packed_storage.ts";

/** What an arena tells its device about the memory it holds. */
export interface MemoryCounter {
  /** Memory was taken. */
  take(memory: Memory): void;
  /** Memory was given back. */
  release(memory: Memory): void;
}

/**
 * Memory of one step, one storage a request. A free list per kind and size, taken last in first out and restored to the
 * order of creation by `reset`, hands the same memory to the same sequence of requests.
 */
export class ReferenceArena implements Arena {
  readonly #tensors = new BlockPool<HostStorage>();
  readonly #packed = new BlockPool<PackedStorage>();

  constructor(readonly counter: MemoryCounter, readonly activationType: "f32" | "bf16" | "f16") {}

  tensor(shape: readonly number[], dtype: DType): Tensor {
    const elements = elementCount(shape);
    const create = () => this.#created(new HostStorage(elements, dtype));
    const storage = this.#tensors.take(`${dtype} ${elements}`, create);
    return tensorOver(storage, shape);
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    checkPackedShape(rows, cols, axis);
    const create = () => this.#created(new PackedStorage(rows, cols, axis, this.activationType));
    return packedOver(this.#packed.take(`${rows} ${cols} ${axis}`, create), rows, cols, axis);
  }

  recycle({ storage }: Tensor | PackedMatrix24): void {
    const isPacked = storage instanceof PackedStorage;
    (isPacked ? this.#packed : this.#tensors).recycle(storage);
    if (isPacked || storage instanceof HostStorage) storage.poison();
  }

  reset(): void {
    for (const memory of this.#memory()) memory.poison();
    this.#tensors.reset();
    this.#packed.reset();
  }

  dispose(): void {
    for (const memory of this.#memory()) {
      memory.poison();
      this.counter.release(memory);
    }
    this.#tensors.clear();
    this.#packed.clear();
  }

  #memory(): Memory[] {
    return [...this.#tensors.blocks, ...this.#packed.blocks];
  }

  #created<Kind extends Memory>(memory: Kind): Kind {
    memory.poison();
    this.counter.take(memory);
    return memory;
  }
}
