/** A place in a uniform buffer. */
export interface UniformSlot {
  /** The buffer. */
  readonly buffer: GPUBuffer;
  /** Tells the buffers of all arenas apart. */
  readonly id: number;
  /** Byte offset of the place. */
  readonly offset: number;
}

interface Chunk {
  readonly buffer: GPUBuffer;
  readonly id: number;
  readonly host: ArrayBuffer;
  readonly words: Uint32Array<ArrayBuffer>;
  dirtyStart: number;
  dirtyEnd: number;
}

const CHUNK_BYTES = 65536;
/** Largest arguments of a launch in bytes; also the size that the dynamic binding exposes. */
export const ARGUMENT_BYTES = 256;

/**
 * Arguments of launches, one after the other in large uniform buffers. A step that repeats itself writes what is there
 * already, and only bytes that differ go to the device.
 */
export class UniformArena {
  static #nextId = 0;
  readonly #chunks: Chunk[] = [];
  #chunk = 0;
  #offset = 0;

  constructor(readonly device: GPUDevice) {}

  /** Takes the next place and writes `count` words of arguments to it. */
  allocate(words: Uint32Array, count: number): UniformSlot {
    const alignment = this.device.limits.minUniformBufferOffsetAlignment;
    const bytes = Math.ceil(count * 4 / alignment) * alignment;
    if (this.#offset + ARGUMENT_BYTES > CHUNK_BYTES) {
      this.#chunk++;
      this.#offset = 0;
    }
    const chunk = this.#chunks[this.#chunk] ??= this.#create();
    const offset = this.#offset;
    this.#offset += bytes;
    this.#write(chunk, offset / 4, words, count);
    return { buffer: chunk.buffer, id: chunk.id, offset };
  }

  /** Sends what has changed, ahead of the commands that are submitted next. */
  flush(): void {
    for (const chunk of this.#chunks) {
      if (chunk.dirtyEnd <= chunk.dirtyStart) continue;
      const start = chunk.dirtyStart * 4;
      this.device.queue.writeBuffer(chunk.buffer, start, chunk.host, start, chunk.dirtyEnd * 4 - start);
      chunk.dirtyStart = Infinity;
      chunk.dirtyEnd = 0;
    }
  }

  /** Starts again from the first place. */
  rewind(): void {
    this.#chunk = 0;
    this.#offset = 0;
  }

  /** Frees the buffers. */
  dispose(): void {
    for (const { buffer } of this.#chunks) buffer.destroy();
    this.#chunks.length = 0;
  }

  #create(): Chunk {
    const buffer = this.device.createBuffer({
      label: "arguments",
      size: CHUNK_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const host = new ArrayBuffer(CHUNK_BYTES);
    // All of it once: between arguments that were written, what never was is cleared when it is first bound, and
    // lavapipe (Mesa 22.3) clears some of the arguments behind it, too.
    this.device.queue.writeBuffer(buffer, 0, host);
    return {
      buffer,
      id: UniformArena.#nextId++,
      host,
      words: new Uint32Array(host),
      dirtyStart: Infinity,
      dirtyEnd: 0,
    };
  }

  #write(chunk: Chunk, start: number, words: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const word = words[i] ?? 0;
      if (chunk.words[start + i] === word) continue;
      chunk.words[start + i] = word;
      chunk.dirtyStart = Math.min(chunk.dirtyStart, start + i);
      chunk.dirtyEnd = Math.max(chunk.dirtyEnd, start + i + 1);
    }
  }
}
