import { findLibrary } from "./library_folders.ts";

const SYMBOLS = { ncclGetVersion: { parameters: ["buffer"], result: "i32" } } as const;

/**
 * Name and version of NCCL, or nothing when it is not found or does not start. It is closed again: training runs on one GPU, so
 * there is nobody to talk to yet.
 */
export function findNccl(folders: readonly string[]): string | undefined {
  const path = findLibrary(folders, ["libnccl.so.2", "libnccl.so"]);
  if (path === undefined) return undefined;
  try {
    const library = Deno.dlopen(path, SYMBOLS);
    const version = new Int32Array(1);
    const status = library.symbols.ncclGetVersion(version);
    library.close();
    return status === 0 ? `NCCL ${formatNcclVersion(version[0] ?? 0)}` : undefined;
  } catch {
    return undefined;
  }
}

/** "2.28.3" for 22803; releases before 2.9 left less room: 2804 is 2.8.4. */
export function formatNcclVersion(version: number): string {
  const major = version < 10_000 ? 1000 : 10_000;
  return `${Math.floor(version / major)}.${Math.floor(version % major / 100)}.${version % 100}`;
}
