import type { Arena, DType, PackedMatrix24, Storage, Tensor } from "@beyond24/device";
import { checkPackedShape, elementCount } from "@beyond24/device";
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
  /** Kind and size of all memory, in order of creation. */
  readonly #kinds = new Map<Storage, { memory: Memory; kind: string }>();
  /** What is not in use, by kind; the next request takes the last. */
  readonly #free = new Map<string, Memory[]>();

  constructor(readonly counter: MemoryCounter, readonly activationType: "f32" | "bf16" | "f16") {}

  tensor(shape: readonly number[], dtype: DType): Tensor {
    const elements = elementCount(shape);
    const storage = this.#take(`${dtype} ${elements}`, () => new HostStorage(elements, dtype));
    return tensorOver(storage, shape);
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    checkPackedShape(rows, cols, axis);
    const create = () => new PackedStorage(rows, cols, axis, this.activationType);
    return packedOver(this.#take(`packed ${rows} ${cols} ${axis}`, create), rows, cols, axis);
  }

  recycle({ storage }: Tensor | PackedMatrix24): void {
    const entry = this.#kinds.get(storage);
    if (!entry || this.#freeOf(entry.kind).includes(entry.memory)) {
      throw new TypeError("Cannot recycle a tensor as it is not in use in this arena: recycle every tensor once");
    }
    entry.memory.poison();
    this.#freeOf(entry.kind).push(entry.memory);
  }

  reset(): void {
    this.#free.clear();
    for (const { memory, kind } of [...this.#kinds.values()].reverse()) {
      memory.poison();
      this.#freeOf(kind).push(memory);
    }
  }

  dispose(): void {
    for (const { memory } of this.#kinds.values()) {
      memory.poison();
      this.counter.release(memory);
    }
    this.#kinds.clear();
    this.#free.clear();
  }

  #freeOf(kind: string): Memory[] {
    const free = this.#free.get(kind) ?? [];
    this.#free.set(kind, free);
    return free;
  }

  #take<Kind extends Memory>(kind: string, create: () => Kind): Kind {
    // What lies under a kind was made by the `create` of that kind.
    const free = this.#freeOf(kind).pop() as Kind | undefined;
    if (free) return free;
    const memory = create();
    memory.poison();
    this.counter.take(memory);
    this.#kinds.set(memory, { memory, kind });
    return memory;
  }
}
