/** A BLAS library that was found, opened and told to use one thread: the device's own threads call it. */
export interface BlasLibrary {
  /** Path or name that the system's loader knows. */
  readonly path: string;
  /** Name and version, for a run's header. */
  readonly name: string;
  /** Closes the library. */
  close(): void;
}

/** Every symbol but the product is optional: each library has its own way to set threads and tell its version. */
const SYMBOLS = {
  cblas_sgemm: { parameters: [], result: "void" },
  openblas_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
  openblas_get_config: { parameters: [], result: "pointer", optional: true },
  openblas_get_corename: { parameters: [], result: "pointer", optional: true },
  MKL_Set_Threading_Layer: { parameters: ["i32"], result: "i32", optional: true },
  MKL_Set_Num_Threads: { parameters: ["i32"], result: "void", optional: true },
  mkl_get_version_string: { parameters: ["buffer", "i32"], result: "void", optional: true },
  bli_thread_set_num_threads: { parameters: ["i64"], result: "void", optional: true },
  bli_info_get_version_str: { parameters: [], result: "pointer", optional: true },
} as const;

/** Of `mkl_types.h`. MKL's own choice needs an OpenMP library and ends the process where there is none. */
const MKL_THREADING_SEQUENTIAL = 1;

/**
 * Opens a BLAS library, sets it to one thread and reads its name.
 *
 * @param path Path, or a name that the system's loader finds.
 * @throws {Error} when there is no such library, it lacks `cblas_sgemm`, or `--allow-ffi` is missing
 */
export function openBlasLibrary(path: string): BlasLibrary {
  const { symbols, close } = Deno.dlopen(path, SYMBOLS);
  symbols.openblas_set_num_threads?.(1);
  symbols.MKL_Set_Threading_Layer?.(MKL_THREADING_SEQUENTIAL);
  symbols.MKL_Set_Num_Threads?.(1);
  symbols.bli_thread_set_num_threads?.(1n);
  const name = openBlasName(symbols.openblas_get_config?.(), symbols.openblas_get_corename?.()) ??
    mklName(symbols.mkl_get_version_string) ??
    blisName(symbols.bli_info_get_version_str?.()) ?? path.replace(/.*\//, "");
  return { path, name, close };
}

/** Version, and the processor whose kernels it chose: an old library takes a new processor for an older one. */
function openBlasName(config?: Deno.PointerValue, core?: Deno.PointerValue): string | undefined {
  if (!config) return undefined;
  const version = new Deno.UnsafePointerView(config).getCString().split(" ").slice(0, 2).join(" ");
  return core ? `${version} (${new Deno.UnsafePointerView(core).getCString()})` : version;
}

function mklName(readVersion: ((buffer: Uint8Array<ArrayBuffer>, length: number) => void) | null): string | undefined {
  if (!readVersion) return undefined;
  const buffer = new Uint8Array(200);
  readVersion(buffer, buffer.length);
  const [, version = ""] = new TextDecoder().decode(buffer).match(/Version (\S+)/) ?? [];
  return `MKL ${version}`.trim();
}

function blisName(version: Deno.PointerValue | undefined): string | undefined {
  return version ? `BLIS ${new Deno.UnsafePointerView(version).getCString()}` : undefined;
}
