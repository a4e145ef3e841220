import type { Device } from "@beyond24/device";
import { CudaDevice } from "./cuda_device.ts";
import type { Driver } from "./driver/driver.ts";
import { loadModules } from "./launching/load_modules.ts";
import { openLibraries } from "./libraries/open_libraries.ts";
import { NativeDriver } from "./driver/native_driver.ts";

/** Options of {@linkcode createCudaDevice}. */
export interface CudaDeviceOptions {
  /** Number of the GPU. Default 0. */
  readonly ordinal?: number;
  /** Whether cuBLASLt and cuDNN are looked for; without them everything runs on kernels of our own. Default true. */
  readonly libraries?: boolean;
  /**
   * Whether every operation gives the same bits run to run, as the contract asks. Off, cuDNN may add up the gradients
   * of queries in any order, and the fastest of a library's algorithms is used whatever its bits. Default true.
   */
  readonly repeatable?: boolean;
  /** The driver to use: an opened {@linkcode NativeDriver} instead of `ordinal`, or a {@linkcode RecordingDriver}. */
  readonly driver?: Driver;
}

/**
 * Opens an NVIDIA GPU (compute capability 8.0 or later). Needs the driver (CUDA 13.0 or later) and nothing else;
 * cuBLASLt and cuDNN are used when they are found in `BEYOND24_CUDA_PATH`, `LD_LIBRARY_PATH`, a CUDA toolkit or the
 * wheels of the Python on PATH. Run with `--allow-ffi` in full: pointers cannot be allowed one by one.
 *
 * @param options Which GPU, and with which libraries
 * @returns The device; storage is bf16, masters and statistics are f32
 * @throws {DeviceUnavailableError} when there is no driver, no GPU, or one of them is too old
 *
 * @example Without a GPU: see what would be launched
 * ```ts
 * import { createCudaDevice, RecordingDriver } from "@beyond24/cuda";
 * import { assertEquals } from "@std/assert";
 *
 * const driver = new RecordingDriver();
 * const device = await createCudaDevice({ driver });
 * const x = device.tensor([2, 8], "bf16");
 * device.kernels.add({ a: x, b: x, out: x });
 * assertEquals(driver.launches[0]?.kernel, "add_bf16_bf16_bf16");
 * ```
 */
export async function createCudaDevice(options: CudaDeviceOptions = {}): Promise<Device> {
  const driver = options.driver ?? new NativeDriver(options.ordinal ?? 0);
  const ptxOf = await loadModules(driver.properties.computeCapability);
  // The libraries work on real memory only.
  const wanted = (options.libraries ?? true) && driver instanceof NativeDriver;
  return new CudaDevice(driver, wanted ? openLibraries(driver, options.repeatable ?? true) : {}, ptxOf);
}
