import type { Device } from "@beyond24/device";
import { type BlasSearch, findBlas } from "../blas/find_blas.ts";
import { verifySgemm } from "../blas/verify_sgemm.ts";
import type { KernelModule } from "./kernel_module.ts";
import { Machine } from "./machine.ts";
import { WasmDevice } from "./wasm_device.ts";

/**
 * Puts a device together: module, library, threads.
 *
 * @param kernelModule The compiled module.
 * @param threads Threads, the caller's included.
 * @param blas `"auto"`, `"off"` or a path.
 */
export async function assembleDevice(kernelModule: KernelModule, threads: number, blas: string): Promise<Device> {
  const search = findBlas(blas);
  const library = "library" in search ? search.library : undefined;
  const machine = new Machine(kernelModule, library);
  if (library) verifySgemm(machine, library.name);
  await machine.startThreads(threads);
  return new WasmDevice(machine, describe(kernelModule, machine, search));
}

function describe({ instructions }: KernelModule, machine: Machine, search: BlasSearch): string {
  const threads = machine.threads === 1 ? "1 thread" : `${machine.threads} threads`;
  const products = "library" in search ? search.library.name : search.reason;
  const failure = machine.threadFailure === undefined ? [] : [`no other threads (${machine.threadFailure})`];
  return ["CPU", threads, ...failure, `WebAssembly ${instructions}`, products].join(", ");
}
