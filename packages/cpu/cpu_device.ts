import type { Arena, Device, DType, HostArray, Kernels, PackedMatrix24, Tensor } from "@beyond24/device";
import { BYTES_PER_ELEMENT, checkedKernels, elementCount } from "@beyond24/device";
import type { Packed24 } from "@beyond24/sparse24";
import { type BlasSearch, findBlas } from "./blas/find_blas.ts";
import { verifySgemm } from "./blas/verify_sgemm.ts";
import { cpuKernels } from "./wasm/bindings/cpu_kernels.ts";
import { canonical24 } from "./wasm/canonical24.ts";
import { addressOf, CpuStorage, storageOf } from "./wasm/cpu_storage.ts";
import { readFloats, writeFloats } from "./wasm/half_floats.ts";
import { compileKernelModule, type KernelModule } from "./wasm/kernel_module.ts";
import { Machine } from "./wasm/machine.ts";
import { packedOver } from "./wasm/packed_over.ts";
import { StepArena, type StorageSource } from "./wasm/step_arena.ts";

/** Options of {@linkcode createCpuDevice}. */
export interface CpuDeviceOptions {
  /** Threads, the caller's included. Default: one for each core. */
  readonly threads?: number;
  /**
   * The library for matrix products: `"auto"` (the default) takes OpenBLAS, Accelerate, MKL or BLIS when one is installed
   * and `--allow-ffi` was given, `"off"` takes none, anything else is the path of one.
   */
  readonly blas?: string;
}

/** More threads than this do not help a memory of 4 GiB. */
const MOST_THREADS = 64;

/**
 * The fast device that every machine has: WebAssembly with SIMD on as many threads as there are cores, all tensors in one
 * shared memory (up to 4 GiB), and a BLAS library for the products when there is one. Its description says which path
 * runs. All arithmetic is f32.
 *
 * Without BLAS the bits of a result do not depend on the number of threads; with BLAS they are the same for the same
 * number of threads.
 *
 * 2:4 sparsity brings no arithmetic gain here, as lanes of 128 bits multiply a zero as fast as anything else: a packed
 * matrix is stored dense with zeros. The gain of sparse steps comes from the clusters that grouped products leave out.
 *
 * @param options Threads and BLAS.
 * @throws {RangeError} when `threads` is not a whole number from 1 to 64
 * @throws {Error} when `blas` is a path that cannot be used
 * @throws {DeviceUnavailableError} when the runtime has no WebAssembly with SIMD
 *
 * @example The product of two matrices
 * ```ts
 * import { createCpuDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = await createCpuDevice({ threads: 2 });
 * const a = device.tensor([1, 2], "f32");
 * const b = device.tensor([2, 1], "f32");
 * const out = device.tensor([1, 1], "f32");
 * device.write(a, Float32Array.of(1, 2));
 * device.write(b, Float32Array.of(3, 4));
 * device.kernels.matmul({ a, b, out });
 * assertEquals(await device.read(out), Float32Array.of(11));
 * device.dispose();
 * ```
 */
export async function createCpuDevice(options: CpuDeviceOptions = {}): Promise<Device> {
  const threads = options.threads ?? Math.min(MOST_THREADS, navigator.hardwareConcurrency);
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new RangeError(
      `Cannot create a CPU device as threads must be a whole number from 1 to ${MOST_THREADS}: current value is ${threads}`,
    );
  }
  const kernelModule = compileKernelModule();
  const search = findBlas(options.blas ?? "auto");
  const library = "library" in search ? search.library : undefined;
  const machine = new Machine(kernelModule, library);
  if (library) verifySgemm(machine, library.name);
  await machine.startThreads(threads);
  return new CpuDevice(machine, describe(kernelModule, machine, search));
}

function describe({ instructions }: KernelModule, machine: Machine, search: BlasSearch): string {
  const threads = machine.threads === 1 ? "1 thread" : `${machine.threads} threads`;
  const products = "library" in search ? search.library.name : search.reason;
  const failure = machine.threadFailure === undefined ? [] : [`no other threads (${machine.threadFailure})`];
  return ["CPU", threads, ...failure, `WebAssembly ${instructions}`, products].join(", ");
}

class CpuDevice implements Device, StorageSource {
  readonly name = "cpu";
  readonly activationType = "f32";
  readonly kernels: Kernels;
  readonly #machine: Machine;
  readonly #live = new Set<CpuStorage>();
  #liveBytes = 0;

  constructor(machine: Machine, readonly description: string) {
    this.#machine = machine;
    this.kernels = checkedKernels(cpuKernels(machine));
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  tensor(shape: readonly number[], dtype: DType): Tensor {
    const storage = this.take(elementCount(shape) * BYTES_PER_ELEMENT[dtype]);
    new Uint8Array(this.#machine.memory.buffer, storage.address, storage.bytes).fill(0);
    return { shape: [...shape], dtype, storage, offset: 0 };
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    return packedOver(rows, cols, axis, (bytes) => this.take(bytes));
  }

  arena(): Arena {
    return new StepArena(this);
  }

  free(tensor: Tensor | PackedMatrix24): void {
    this.release(storageOf(this.#machine.memory, tensor));
  }

  write(tensor: Tensor, values: HostArray): void {
    const { memory } = this.#machine;
    const address = addressOf(memory, tensor);
    const count = elementCount(tensor.shape);
    const wantsIntegers = tensor.dtype === "i32";
    if (values.length !== count || values instanceof Int32Array !== wantsIntegers) {
      throw new TypeError(
        `Cannot write a tensor as ${tensor.dtype} [${tensor.shape}] takes ${count} elements of ` +
          `${
            wantsIntegers ? "Int32Array" : "Float32Array"
          }: current value is ${values.length} of ${values.constructor.name}`,
      );
    }
    if (values instanceof Int32Array) new Int32Array(memory.buffer, address, count).set(values);
    else writeFloats(memory, address, values, tensor.dtype);
  }

  read(tensor: Tensor): Promise<HostArray> {
    const { memory } = this.#machine;
    const address = addressOf(memory, tensor);
    const count = elementCount(tensor.shape);
    // A copy in memory of its own: a view would change with the next step.
    if (tensor.dtype === "i32") return Promise.resolve(new Int32Array(new Int32Array(memory.buffer, address, count)));
    return Promise.resolve(new Float32Array(readFloats(memory, address, count, tensor.dtype)));
  }

  readPacked24(packed: PackedMatrix24): Promise<Packed24> {
    const { memory } = this.#machine;
    const dense = readFloats(memory, addressOf(memory, packed), packed.rows * packed.cols, "f32");
    return Promise.resolve(canonical24(packed, dense));
  }

  replay<Result>(_key: string, record: () => Result): Result {
    return record();
  }

  submit(): void {}

  synchronize(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    for (const storage of this.#live) storage.alive = false;
    this.#live.clear();
    this.#liveBytes = 0;
    this.#machine.dispose();
  }

  /** Takes a block. */
  take(bytes: number): CpuStorage {
    const { memory } = this.#machine;
    const storage = new CpuStorage(memory, memory.allocate(bytes), bytes);
    this.#live.add(storage);
    this.#liveBytes += bytes;
    return storage;
  }

  /** Gives a block back. */
  release(storage: CpuStorage): void {
    if (!this.#live.delete(storage)) return;
    storage.alive = false;
    this.#liveBytes -= storage.bytes;
    this.#machine.memory.release(storage.address, storage.bytes);
  }
}
