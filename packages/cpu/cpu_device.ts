import type { Device } from "@beyond24/device";
import { assembleDevice } from "./wasm/assemble_device.ts";
import { compileKernelModule } from "./wasm/kernel_module.ts";

/** Options of {@linkcode createCpuDevice}. */
export interface CpuDeviceOptions {
  /** Threads, the caller's included. Default: one for each core. */
  readonly threads?: number;
  /**
   * The library for matrix products: `"auto"` (the default) takes OpenBLAS, Accelerate, MKL or BLIS when one is
   * installed and `--allow-ffi` was given, `"off"` takes none, anything else is the path of one.
   */
  readonly blas?: string;
}

/** More threads than this do not help a memory of 4 GiB. */
const MOST_THREADS = 64;

/**
 * The fast device that every machine has: WebAssembly with SIMD on as many threads as there are cores, all tensors in
 * one shared memory (up to 4 GiB), and a BLAS library for the products when there is one. Its description says which
 * path runs. All arithmetic is f32.
 *
 * Without BLAS the bits of a result do not depend on the number of threads; with BLAS they are the same for the same
 * number of threads.
 *
 * 2:4 sparsity brings no arithmetic gain here, as lanes of 128 bits multiply a zero as fast as anything else: a packed
 * matrix is stored dense with zeros. The gain of sparse steps comes from the clusters that grouped products leave out.
 *
 * @param options Threads and BLAS.
 * @throws {RangeError} when `threads` is not a whole number from 1 to 64
 * @throws {BlasError} when `blas` is a path that cannot be used
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
      `Cannot create a CPU device as threads must be a whole number from 1 to ${MOST_THREADS}: current value is ` +
        `${threads}`,
    );
  }
  return await assembleDevice(compileKernelModule(), threads, options.blas ?? "auto");
}
