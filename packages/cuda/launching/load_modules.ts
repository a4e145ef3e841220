import { gunzipSync } from "node:zlib";
import type { MODULES as COMPUTE_80 } from "../built/compute_80.ts";
import type { MODULES as COMPUTE_90A } from "../built/compute_90a.ts";

/** Folder and file, without ending, of the source of a PTX module. */
export type ModuleName = keyof typeof COMPUTE_80 | keyof typeof COMPUTE_90A;

/** PTX text of a module. */
export type PtxOf = (name: ModuleName) => string;

/**
 * The modules that a GPU of a compute capability can run; no others are read. Each lies gzipped in base64 and is unpacked
 * when it is asked for.
 */
export async function loadModules(computeCapability: number): Promise<PtxOf> {
  const packed: Partial<Record<ModuleName, string>> = {
    ...(await import("../built/compute_80.ts")).MODULES,
    ...(computeCapability === 90 && (await import("../built/compute_90a.ts")).MODULES),
  };
  return (name) => {
    const text = packed[name];
    if (text !== undefined) return new TextDecoder().decode(gunzipSync(Uint8Array.fromBase64(text)));
    throw new Error(
      `Cannot load module ${name} as it is for compute capability 9.0: current value is ${computeCapability / 10}`,
    );
  };
}
