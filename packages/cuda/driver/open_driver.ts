import { DeviceUnavailableError } from "@beyond24/device";
import { DRIVER_SYMBOLS } from "./symbols.ts";
import { findLibrary, libraryFolders } from "../libraries/library_folders.ts";
import { cString } from "./host_memory.ts";

/** The opened driver library. */
export type DriverLibrary = Deno.DynamicLibrary<typeof DRIVER_SYMBOLS>["symbols"];

/** The checked-in PTX is of ISA 9.0, which drivers of CUDA 13.0 (580) and later read. */
export const LEAST_CUDA_VERSION = 13_000;

const NAMES = ["libcuda.so.1", "libcuda.so", "/usr/local/nvidia/lib64/libcuda.so.1"];

/**
 * Opens the CUDA driver and initialises it.
 *
 * @throws {DeviceUnavailableError} when there is no driver, no GPU, or the driver is too old
 */
export function openDriver(): DriverLibrary {
  const library = openFirst();
  const status = library.cuInit(0);
  if (status !== 0) {
    throw new DeviceUnavailableError(
      `Cannot use CUDA as the driver found no usable GPU: current value is CUDA error ${status} ` +
        `(${describeStatus(library, status)})`,
    );
  }
  const version = new Int32Array(1);
  library.cuDriverGetVersion(version);
  checkVersion(version[0] ?? 0);
  return library;
}

/** Throws when the driver is too old for the checked-in kernels. */
export function checkVersion(version: number): void {
  if (version >= LEAST_CUDA_VERSION) return;
  throw new DeviceUnavailableError(
    `Cannot use CUDA as the driver must support CUDA ${formatVersion(LEAST_CUDA_VERSION)} or later: current value is ` +
      `${formatVersion(version)} (install NVIDIA driver 580 or later)`,
  );
}

/** "13.0" for 13000. */
export function formatVersion(version: number): string {
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}

/** Name and text of a driver result. */
export function describeStatus(library: DriverLibrary, status: number): string {
  const text = new BigUint64Array(1);
  library.cuGetErrorName(status, text);
  const name = cString(text[0] ?? 0n);
  text[0] = 0n;
  library.cuGetErrorString(status, text);
  const sentence = cString(text[0] ?? 0n);
  return name === "" ? "unknown" : `${name}: ${sentence}`;
}

function openFirst(): DriverLibrary {
  const permission = Deno.permissions.querySync({ name: "ffi" }).state;
  if (permission !== "granted") {
    throw new DeviceUnavailableError(
      `Cannot use CUDA as --allow-ffi must be given, without a path: current value is ${permission}`,
    );
  }
  let reason = "";
  const elsewhere = findLibrary(libraryFolders(), ["libcuda.so.1"]);
  for (const name of elsewhere === undefined ? NAMES : [...NAMES, elsewhere]) {
    try {
      return Deno.dlopen(name, DRIVER_SYMBOLS).symbols;
    } catch (error) {
      reason ||= error instanceof Error ? error.message : String(error);
    }
  }
  throw new DeviceUnavailableError(
    `Cannot use CUDA as the NVIDIA driver is not installed or lacks a function: current value is ${reason}`,
  );
}
