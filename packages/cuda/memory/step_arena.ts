import type { Arena, DType, PackedMatrix24, Tensor } from "@beyond24/device";
import { BYTES_PER_ELEMENT, elementCount } from "@beyond24/device";
import { ArenaMemory, type BlockSource } from "./arena_memory.ts";
import { CudaStorage, storageOf } from "./storage.ts";
import { packedLayout } from "./packed_layout.ts";

/** The arena of a training step. */
export class StepArena implements Arena {
  readonly #memory: ArenaMemory;
  readonly #live = new Set<CudaStorage>();
  /** The same request of a later step gets the very same storage. */
  readonly #known = new Map<string, CudaStorage>();
  readonly #onDispose: (arena: StepArena) => void;

  constructor(source: BlockSource, onDispose: (arena: StepArena) => void) {
    this.#memory = new ArenaMemory(source);
    this.#onDispose = onDispose;
  }

  /** Bytes held from the device. */
  get bytes(): number {
    return this.#memory.bytes;
  }

  tensor(shape: readonly number[], dtype: DType): Tensor {
    const storage = this.#take(elementCount(shape) * BYTES_PER_ELEMENT[dtype]);
    return { shape: [...shape], dtype, storage, offset: 0 };
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    return {
      format: "2:4",
      rows,
      cols,
      axis,
      dtype: "bf16",
      storage: this.#take(packedLayout(rows, cols, axis).bytes),
    };
  }

  recycle(tensor: Tensor | PackedMatrix24): void {
    const storage = storageOf(tensor);
    if (!this.#live.delete(storage)) {
      throw new TypeError("Cannot recycle a tensor as it must come from this arena: current value is another's tensor");
    }
    storage.live = false;
    this.#memory.give(storage.address, storage.bytes);
  }

  reset(): void {
    for (const storage of this.#live) storage.live = false;
    this.#live.clear();
    this.#memory.reset();
  }

  dispose(): void {
    this.reset();
    this.#known.clear();
    this.#memory.dispose();
    this.#onDispose(this);
  }

  #take(bytes: number): CudaStorage {
    const address = this.#memory.take(bytes);
    const key = `${address} ${bytes}`;
    const storage = this.#known.get(key) ?? new CudaStorage(address, bytes);
    storage.live = true;
    this.#known.set(key, storage);
    this.#live.add(storage);
    return storage;
  }
}
