import { type MpiAbi, mpichAbi, type MpiFamily, openMpiAbi, standardAbi } from "./abi.ts";

/**
 * Calls that take their time run beside the event loop, so that signals and timers are heard while ranks wait for each
 * other.
 */
const SYMBOLS = {
  MPI_Init_thread: { parameters: ["pointer", "pointer", "i32", "buffer"], result: "i32" },
  MPI_Initialized: { parameters: ["buffer"], result: "i32" },
  MPI_Comm_rank: { parameters: ["u64", "buffer"], result: "i32" },
  MPI_Comm_size: { parameters: ["u64", "buffer"], result: "i32" },
  MPI_Get_library_version: { parameters: ["buffer", "buffer"], result: "i32" },
  MPI_Allreduce: { parameters: ["u64", "buffer", "i32", "u64", "u64", "u64"], result: "i32", nonblocking: true },
  MPI_Alltoall: {
    parameters: ["u64", "i32", "u64", "buffer", "i32", "u64", "u64"],
    result: "i32",
    nonblocking: true,
  },
  MPI_Allgather: {
    parameters: ["u64", "i32", "u64", "buffer", "i32", "u64", "u64"],
    result: "i32",
    nonblocking: true,
  },
  MPI_Bcast: { parameters: ["buffer", "i32", "u64", "i32", "u64"], result: "i32", nonblocking: true },
  MPI_Barrier: { parameters: ["u64"], result: "i32", nonblocking: true },
  MPI_Finalize: { parameters: [], result: "i32", nonblocking: true },
  MPI_Abort: { parameters: ["u64", "i32"], result: "i32" },
} as const;

/** The functions of an MPI library. */
export type MpiSymbols = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

/** An MPI library that was opened. */
export interface MpiLibrary {
  /** Path, or the name that the system's loader found. */
  readonly path: string;
  /** Its numbers. */
  readonly abi: MpiAbi;
  /** Its functions. */
  readonly symbols: MpiSymbols;
  /** First line of what it says about itself. */
  readonly version: string;
}

/**
 * What the system's loader is asked for, in this order: Open MPI's name before that of MPICH where its launcher is at
 * work.
 */
export const LIBRARY_NAMES: Readonly<Record<MpiFamily, readonly string[]>> = {
  "MPICH": ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"],
  "Open MPI": ["libmpi.so.40", "libmpi.40.dylib"],
  "MPI 5": ["libmpi_abi.so.0", "libmpi_abi.so", "libmpi_abi.0.dylib"],
};

/** Keeps a library loaded to the end: `dlopen` with RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE. */
const PINNED = 0x1102;

/**
 * Opens an MPI library. It stays open: Open MPI ends the process with a signal when it is unloaded while its threads
 * live.
 *
 * @param path Path, or a name that the system's loader finds
 * @returns The library
 * @throws {Error} If there is no such library, it is none of MPI, or `--allow-ffi` is missing
 */
export function openMpiLibrary(path: string): MpiLibrary {
  pin(path);
  const { symbols } = Deno.dlopen(path, SYMBOLS);
  const version = libraryVersion(symbols);
  return { path, symbols, version, abi: abiOf(path, version) };
}

/**
 * Opens the first library that is there.
 *
 * @param names Names to try
 * @returns The library; undefined where there is none
 */
export function findMpiLibrary(names: readonly string[]): MpiLibrary | undefined {
  for (const name of names) {
    try {
      return openMpiLibrary(name);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error; // the user has to allow it
    }
  }
  return undefined;
}

/** `Deno.dlopen` takes no flags, so the system's own is called first. */
function pin(path: string): void {
  if (Deno.build.os !== "linux") return;
  const { symbols } = Deno.dlopen("libc.so.6", { dlopen: { parameters: ["buffer", "i32"], result: "pointer" } });
  symbols.dlopen(new TextEncoder().encode(`${path}\0`), PINNED);
}

function libraryVersion(symbols: MpiSymbols): string {
  const [text, length] = [new Uint8Array(8192), new Int32Array(1)];
  symbols.MPI_Get_library_version(text, length);
  return new TextDecoder().decode(text.subarray(0, length[0])).split(/[\n\0]/)[0]?.trim() ?? "";
}

function abiOf(path: string, version: string): MpiAbi {
  if (/libmpi_abi/.test(path)) return standardAbi;
  return /Open MPI/.test(version) ? openMpiAbi(path) : mpichAbi;
}
