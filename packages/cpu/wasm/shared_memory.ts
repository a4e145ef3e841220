import { OutOfMemoryError } from "@beyond24/device";

const PAGE = 65536;
const MAXIMUM_PAGES = 65536;

/** Bytes that addresses of 32 bits reach. */
export const MAXIMUM_BYTES: number = PAGE * MAXIMUM_PAGES;
/** Pages below the heap: constants of the module and the shared words (see `kernels/runtime.as`). */
const RESERVED_PAGES = 1;
/** The memory grows by at least so many pages, 16 MiB. */
const GROWTH_PAGES = 256;
/** Blocks start on a cache line. */
const ALIGNMENT = 64;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The one memory that JavaScript, all threads and BLAS work in, and its allocator: first fit over free spans that merge
 * when they touch. A shared memory never moves when it grows, so addresses stay good, also outside of WebAssembly; it
 * ends at 4 GiB.
 */
export class SharedMemory {
  /** The memory itself. */
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({
    initial: RESERVED_PAGES,
    maximum: MAXIMUM_PAGES,
    shared: true,
  });
  /** Free spans, by address. */
  #free: Span[] = [];
  #bytes: ArrayBufferLike = this.memory.buffer;

  /** The bytes, as long as they are now. */
  get buffer(): ArrayBufferLike {
    return this.#bytes;
  }

  /**
   * Takes a block; its contents are undefined.
   *
   * @throws {OutOfMemoryError} when 4 GiB or the machine's memory are full
   */
  allocate(bytes: number): number {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    let index = this.#free.findIndex(({ start, end }) => end - start >= size);
    if (index < 0) {
      this.#grow(size);
      index = this.#free.length - 1;
    }
    const { start, end } = this.#free[index] ?? { start: 0, end: 0 };
    if (end - start === size) this.#free.splice(index, 1);
    else this.#free[index] = { start: start + size, end };
    return start;
  }

  /** Gives a block back. */
  release(address: number, bytes: number): void {
    const start = address;
    const end = address + Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    const index = this.#free.findIndex((span) => span.start > start);
    const at = index < 0 ? this.#free.length : index;
    const before = this.#free[at - 1];
    const after = this.#free[at];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    const merged = {
      start: joinsBefore && before ? before.start : start,
      end: joinsAfter && after ? after.end : end,
    };
    this.#free.splice(joinsBefore ? at - 1 : at, Number(joinsBefore) + Number(joinsAfter), merged);
  }

  /** Adds free memory at the end for a block of `size` bytes. */
  #grow(size: number): void {
    const end = this.memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const missing = size - (last?.end === end ? last.end - last.start : 0);
    const needed = Math.ceil(missing / PAGE);
    const room = MAXIMUM_PAGES - end / PAGE;
    try {
      if (needed > room) throw new RangeError("more than 4 GiB");
      this.memory.grow(Math.min(room, Math.max(needed, GROWTH_PAGES)));
    } catch (cause) {
      throw new OutOfMemoryError(
        `Cannot allocate on the CPU device as its memory ends at 4 GiB or at what the machine has: ` +
          `current value is ${size} bytes on top of ${end}`,
        { cause },
      );
    }
    this.#bytes = this.memory.buffer;
    this.release(end, this.memory.buffer.byteLength - end);
  }
}
