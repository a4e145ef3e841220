import { DeviceUnavailableError } from "@beyond24/device";
import { decodeBase64 } from "./_base64.ts";
import { RELAXED_SIMD_MODULE } from "./relaxed_simd_module.ts";
import { SIMD_MODULE } from "./simd_module.ts";

/** What an instance of the module offers; see `kernels/mod.as`. */
export interface KernelExports {
  /** Sets the number of this instance's thread and how many there are. */
  initialize(thread: number, threads: number): void;
  /** Sends the products to `sgemm`. */
  useBlas(use: boolean): void;
  /** Runs an operation on all threads. */
  run(operation: number): void;
  /** Runs an operation on thread 0 alone. */
  runAlone(operation: number): void;
  /** Runs commands until the end; never called by thread 0. */
  serve(): void;
  /** Ends the other threads. */
  stop(): void;
  /** Scratch bytes that a thread needs for attention over sequences of so many tokens. */
  attentionScratch(positions: number): number;
  /** Scratch bytes that a thread needs for its part of a product with a row map. */
  rowMapScratch(rows: number, columns: number): number;
  /** e^x as the kernels compute it. */
  exponential(x: number): number;
}

/** The compiled module and the instructions that it uses. */
export interface KernelModule {
  readonly module: WebAssembly.Module;
  readonly instructions: "relaxed SIMD" | "SIMD";
}

/** A module that may be compiled. */
export interface KernelCandidate {
  readonly instructions: KernelModule["instructions"];
  readonly base64: string;
}

/** The module for every runtime with SIMD and threads. */
export const PLAIN_SIMD: KernelCandidate = { instructions: "SIMD", base64: SIMD_MODULE };

/** The modules to try, best first. */
const CANDIDATES: readonly KernelCandidate[] = [
  { instructions: "relaxed SIMD", base64: RELAXED_SIMD_MODULE },
  PLAIN_SIMD,
];

/**
 * Compiles the best module that this runtime takes: the one with fused multiply-adds, else the one without.
 *
 * @param candidates The modules to try, best first.
 * @throws {DeviceUnavailableError} when the runtime takes none
 */
export function compileKernelModule(candidates: readonly KernelCandidate[] = CANDIDATES): KernelModule {
  let cause: unknown;
  for (const { instructions, base64 } of candidates) {
    try {
      return { module: new WebAssembly.Module(decodeBase64(base64)), instructions };
    } catch (error) {
      cause = error;
    }
  }
  throw new DeviceUnavailableError(
    "Cannot create a CPU device as this runtime does not compile WebAssembly with SIMD and threads: use the " +
      "reference device",
    { cause },
  );
}
