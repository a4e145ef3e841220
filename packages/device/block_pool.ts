/** A block, and what it was taken as. */
interface Entry<Block> {
  readonly block: Block;
  readonly kind: string | number;
}

/**
 * The blocks of memory of an arena. Blocks are kept by kind (such as their size): a request takes the block of its kind
 * that was given back last, and `reset` restores the order of creation, so that the same sequence of requests gets the
 * same blocks in every step.
 *
 * @typeParam Block What a back end calls memory
 *
 * @example The same blocks in every step
 * ```ts
 * import { BlockPool } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const pool = new BlockPool<{ readonly bytes: number }>();
 * const [first, second] = [pool.take(16, () => ({ bytes: 16 })), pool.take(16, () => ({ bytes: 16 }))];
 * pool.reset();
 * const again = pool.take(16, () => ({ bytes: 16 }));
 * assertEquals([again === first, again === second], [true, false]);
 * ```
 */
export class BlockPool<Block extends object> {
  /** In order of creation. */
  readonly #entries = new Map<object, Entry<Block>>();
  readonly #inUse = new Set<object>();
  /** Taken since the last reset. */
  readonly #used = new Set<object>();
  /** What is not in use, by kind; the next request takes the last. */
  readonly #free = new Map<string | number, Block[]>();

  /** All blocks, in order of creation. */
  get blocks(): Block[] {
    return Array.from(this.#entries.values(), ({ block }) => block);
  }

  /**
   * A block of a kind.
   *
   * @param kind Blocks of one kind can take each other's place
   * @param create Makes a block where none of the kind is free
   * @returns The block, in use from now on
   */
  take(kind: string | number, create: () => Block): Block {
    const block = this.#freeOf(kind).pop() ?? create();
    this.#entries.set(block, { block, kind });
    this.#inUse.add(block);
    this.#used.add(block);
    return block;
  }

  /**
   * Gives a block back before the end of the step.
   *
   * @param block A block of this pool that is in use
   * @throws {TypeError} If it is not
   */
  recycle(block: object): void {
    const entry = this.#entries.get(block);
    if (entry === undefined || !this.#inUse.delete(block)) {
      throw new TypeError("Cannot recycle a tensor as it is not in use in this arena: recycle every tensor once");
    }
    this.#freeOf(entry.kind).push(entry.block);
  }

  /**
   * Gives everything back.
   *
   * @param drop Takes over the blocks that nothing has used since the last time; without it they are kept
   */
  reset(drop?: (block: Block) => void): void {
    this.#free.clear();
    this.#inUse.clear();
    for (const { block, kind } of [...this.#entries.values()].reverse()) {
      if (drop === undefined || this.#used.has(block)) {
        this.#freeOf(kind).push(block);
      } else {
        this.#entries.delete(block);
        drop(block);
      }
    }
    this.#used.clear();
  }

  /** Forgets all blocks. */
  clear(): void {
    for (const one of [this.#entries, this.#inUse, this.#used, this.#free]) one.clear();
  }

  #freeOf(kind: string | number): Block[] {
    const free = this.#free.get(kind) ?? [];
    this.#free.set(kind, free);
    return free;
  }
}
