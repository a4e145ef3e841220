const ALIGNMENT = 1024;
const FIRST_BLOCK = 2 ** 26;
const LARGEST_STEP = 2 ** 32;

interface Block {
  readonly address: bigint;
  readonly bytes: number;
  /** Free ranges in address order; neighbours are always joined. */
  free: Range[];
}

interface Range {
  start: number;
  end: number;
}

/** Where blocks come from. */
export interface BlockSource {
  allocate(bytes: number): bigint;
  free(address: bigint): void;
}

/**
 * First-fit memory over growing blocks. A request takes the first block and range that has room, so the same sequence
 * of requests gets the same addresses after every `reset`, also while the first sequence was still adding blocks.
 */
export class ArenaMemory {
  readonly #source: BlockSource;
  readonly #blocks: Block[] = [];

  constructor(source: BlockSource) {
    this.#source = source;
  }

  /** Bytes held from the device. */
  get bytes(): number {
    let bytes = 0;
    for (const block of this.#blocks) bytes += block.bytes;
    return bytes;
  }

  /** Address of `bytes` bytes, aligned to 1024. */
  take(bytes: number): bigint {
    const size = roundUp(bytes);
    for (const block of this.#blocks) {
      const start = takeFrom(block, size);
      if (start !== undefined) return block.address + BigInt(start);
    }
    const block = this.#grow(size);
    return block.address + BigInt(takeFrom(block, size) ?? 0);
  }

  /** Gives a range back before the reset. */
  give(address: bigint, bytes: number): void {
    for (const block of this.#blocks) {
      const start = Number(address - block.address);
      if (start < 0 || start >= block.bytes) continue;
      insert(block.free, { start, end: start + roundUp(bytes) });
      return;
    }
    throw new RangeError(`Cannot recycle memory as it is not of this arena: current value is ${address}`);
  }

  /** Everything is free again; the blocks stay. */
  reset(): void {
    for (const block of this.#blocks) block.free = [{ start: 0, end: block.bytes }];
  }

  /** Returns the blocks to the device. */
  dispose(): void {
    for (const block of this.#blocks.splice(0)) this.#source.free(block.address);
  }

  #grow(size: number): Block {
    const bytes = Math.max(size, Math.min(LARGEST_STEP, Math.max(FIRST_BLOCK, roundUp(this.bytes / 2))));
    const block = { address: this.#source.allocate(bytes), bytes, free: [{ start: 0, end: bytes }] };
    this.#blocks.push(block);
    return block;
  }
}

function roundUp(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
}

function takeFrom(block: Block, size: number): number | undefined {
  const index = block.free.findIndex(({ start, end }) => end - start >= size);
  const range = block.free[index];
  if (range === undefined) return undefined;
  const { start } = range;
  range.start += size;
  if (range.start === range.end) block.free.splice(index, 1);
  return start;
}

function insert(ranges: Range[], range: Range): void {
  let index = ranges.findIndex(({ start }) => start > range.start);
  if (index < 0) index = ranges.length;
  ranges.splice(index, 0, range);
  const next = ranges[index + 1];
  if (next !== undefined && next.start === range.end) {
    range.end = next.end;
    ranges.splice(index + 1, 1);
  }
  const previous = ranges[index - 1];
  if (previous !== undefined && previous.end === range.start) {
    previous.end = range.end;
    ranges.splice(index, 1);
  }
}
