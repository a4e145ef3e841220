import type { Operand } from "@beyond24/device";
import { isPacked24 } from "@beyond24/device";
import type { BlasLibrary } from "../blas/blas_library.ts";
import { openSgemm } from "../blas/open_sgemm.ts";
import { addressOf } from "./cpu_storage.ts";
import type { KernelExports, KernelModule } from "./kernel_module.ts";
import { type Operation, operationNumber } from "./_operation_number.ts";
import { SharedMemory } from "./shared_memory.ts";
import { ThreadPool } from "./thread_pool.ts";

/** Shared words; see `kernels/runtime.as`. */
const CONTROL = 49152;
const READY = CONTROL + 256;
const SCRATCH = CONTROL + 384;
const ARGUMENTS = CONTROL + 448;

/** Multiply-adds that are worth other threads: about fifty microseconds, as long as it takes to wake one. */
const SHARED_WORK = 2 ** 18;

/** The WebAssembly module at work: its memory, its threads, and the way to call an operation. */
export class Machine {
  readonly memory: SharedMemory = new SharedMemory();
  /** Threads at work, the caller's included. */
  threads = 1;
  /** Why there is only one thread although more were asked for. */
  threadFailure: unknown;
  readonly #kernels: KernelExports;
  readonly #arguments: Int32Array;
  readonly #scratchWords: Int32Array;
  readonly #blas: { readonly path: string; readonly base: number } | undefined;
  readonly #closeBlas: () => void;
  readonly #float = new Float32Array(1);
  readonly #floatBits = new Int32Array(this.#float.buffer);
  readonly #module: WebAssembly.Module;
  #scratchBytes = 0;
  #pool: ThreadPool | undefined;
  #results: { address: number; bytes: number } | undefined;

  constructor({ module }: KernelModule, library: BlasLibrary | undefined) {
    this.#module = module;
    const { memory } = this.memory;
    this.#arguments = new Int32Array(memory.buffer, ARGUMENTS, 32);
    this.#scratchWords = new Int32Array(memory.buffer, SCRATCH, 2);
    this.#blas = library && { path: library.path, base: nativeAddress(memory.buffer) };
    const opened = this.#blas && openSgemm(this.#blas.path, this.#blas.base);
    this.#closeBlas = () => opened?.close();
    const sgemm = opened?.sgemm ?? (() => {});
    this.#kernels = new WebAssembly.Instance(module, { env: { memory, sgemm } }).exports as unknown as KernelExports;
    this.#kernels.initialize(0, 1);
    this.#kernels.useBlas(this.#blas !== undefined);
  }

  /** Starts the other threads; where that is not possible the machine goes on with one. */
  async startThreads(threads: number): Promise<void> {
    if (threads > 1) {
      const data = { module: this.#module, memory: this.memory.memory, threads, blas: this.#blas };
      try {
        this.#pool = await ThreadPool.start(data, new Int32Array(this.memory.memory.buffer, READY, 1));
        this.threads = threads;
      } catch (error) {
        this.threadFailure = error;
      }
    }
    this.#kernels.initialize(0, this.threads);
    this.reserveScratch(this.#kernels.attentionScratch(1));
  }

  /** Makes sure that every thread has so much scratch memory. */
  reserveScratch(bytes: number): void {
    if (bytes <= this.#scratchBytes) return;
    if (this.#scratchBytes) {
      this.memory.release((this.#scratchWords[0] ?? 0) >>> 0, this.#scratchBytes * this.threads);
    }
    this.#scratchBytes = Math.ceil(bytes / 4096) * 4096;
    this.#scratchWords[0] = this.memory.allocate(this.#scratchBytes * this.threads);
    this.#scratchWords[1] = this.#scratchBytes;
  }

  /** Makes sure that threads can do attention over sequences of so many tokens. */
  reserveAttention(positions: number): void {
    this.reserveScratch(this.#kernels.attentionScratch(positions));
  }

  /** Makes sure that threads can keep the rows of a product until they go to their places. */
  reserveRows(rows: number, columns: number): void {
    this.reserveScratch(this.#kernels.rowMapScratch(rows, columns));
  }

  /** Address of memory for results between two commands. */
  resultsAddress(bytes: number): number {
    if (!this.#results || this.#results.bytes < bytes) {
      if (this.#results) this.memory.release(this.#results.address, this.#results.bytes);
      this.#results = { address: this.memory.allocate(bytes), bytes };
    }
    return this.#results.address;
  }

  /** Address of the first element of a 32-bit tensor or packed matrix. */
  at(operand: Operand): number {
    if (isPacked24(operand) || operand.dtype === "f32" || operand.dtype === "i32") {
      return addressOf(this.memory, operand);
    }
    throw new TypeError(
      `Cannot compute with a tensor as activations of the CPU device are f32: current value is ${operand.dtype}`,
    );
  }

  /** The bits of a float, as an argument. */
  float(value: number): number {
    this.#float[0] = value;
    return this.#floatBits[0] ?? 0;
  }

  /** Runs an operation on all threads and waits for it. */
  run(operation: Operation, ...values: number[]): void {
    for (let i = 0; i < values.length; i++) this.#arguments[i] = values[i] ?? 0;
    this.#kernels.run(operationNumber(operation));
  }

  /**
   * Runs an operation that may be short, such as one of a single token: on this thread alone when it ends before others
   * would have woken. Without BLAS the bits are the same either way.
   *
   * @param work Its multiply-adds, or what takes as long, about
   * @param operation The operation
   * @param values Its arguments
   */
  runShort(work: number, operation: Operation, ...values: number[]): void {
    if (work >= SHARED_WORK) return this.run(operation, ...values);
    for (let i = 0; i < values.length; i++) this.#arguments[i] = values[i] ?? 0;
    this.#kernels.runAlone(operationNumber(operation));
  }

  /** Floats of the memory. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** Integers of the memory. */
  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  /** Ends the threads. */
  dispose(): void {
    this.#kernels.stop();
    this.#pool?.stop();
    this.#pool = undefined;
    this.#kernels.initialize(0, 1);
    this.#closeBlas();
  }
}

/** Native address of a WebAssembly memory: fixed for its life, as a shared memory grows in place. */
function nativeAddress(buffer: ArrayBufferLike): number {
  return Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer))));
}
