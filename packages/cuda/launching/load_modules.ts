import { gunzipSync } from "node:zlib";

/** Folder and file, without ending, of the source of a PTX module. */
export type ModuleName = keyof Awaited<ReturnType<typeof forAmpere>> | keyof Awaited<ReturnType<typeof forHopper>>;

/** PTX text of a module. */
export type PtxOf = (name: ModuleName) => string;

/**
 * The modules that a GPU of a compute capability can run; no others are read. Each lies gzipped in base64 and is
 * unpacked when it is asked for.
 */
export async function loadModules(computeCapability: number): Promise<PtxOf> {
  const packed: Partial<Record<ModuleName, string>> = {
    ...await forAmpere(),
    ...(computeCapability === 90 ? await forHopper() : {}),
  };
  return (name) => {
    const text = packed[name];
    if (text !== undefined) return new TextDecoder().decode(gunzipSync(Uint8Array.fromBase64(text)));
    throw new Error(
      `Cannot load module ${name} as it is for compute capability 9.0: current value is ${computeCapability / 10}`,
    );
  };
}

async function forAmpere() {
  return (await import("../built/compute_80.json", { with: { type: "json" } })).default;
}

async function forHopper() {
  return (await import("../built/compute_90a.json", { with: { type: "json" } })).default;
}
