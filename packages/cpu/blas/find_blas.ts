import { BlasError } from "./blas_error.ts";
import { type BlasLibrary, openBlasLibrary } from "./blas_library.ts";

/** Names to try on each system, in order. */
const CANDIDATES: Readonly<Partial<Record<typeof Deno.build.os, readonly string[]>>> = {
  linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so.1", "libmkl_rt.so", "libblis.so.4"],
  darwin: [
    "/System/Library/Frameworks/Accelerate.framework/Accelerate",
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
  ],
  windows: ["libopenblas.dll", "mkl_rt.2.dll", "mkl_rt.dll"],
};

/** The library that was found, or why there is none. */
export type BlasSearch = { readonly library: BlasLibrary } | { readonly reason: string };

/**
 * Looks for a BLAS library.
 *
 * @param choice `"off"`, `"auto"` for what the system has, or a path.
 * @returns The library, or the reason for going without: never an error with `"off"` and `"auto"`.
 * @throws {BlasError} when a path is given and cannot be used
 */
export function findBlas(choice: string): BlasSearch {
  if (choice === "off") return { reason: "BLAS off" };
  if (choice !== "auto") return { library: openChosen(choice) };
  if (!mayCallNative()) return { reason: "no BLAS (needs --allow-ffi)" };
  for (const path of CANDIDATES[Deno.build.os] ?? []) {
    try {
      return { library: openBlasLibrary(path) };
    } catch {
      // Not installed, or not a CBLAS: the next name may be.
    }
  }
  return { reason: "no BLAS found" };
}

function openChosen(path: string): BlasLibrary {
  try {
    return openBlasLibrary(path);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BlasError(
      `Cannot use a BLAS library as it must exist, have the symbol cblas_sgemm and be allowed by --allow-ffi: ` +
        `current value is ${path} (${message})`,
      { cause },
    );
  }
}

/** Whether native code may be called at all; asks nobody. */
function mayCallNative(): boolean {
  return typeof Deno !== "undefined" && Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}
