/** What tells a software adapter from a real one; a `GPUAdapterInfo` fits. */
export interface AdapterIdentity {
  /** Name of the maker, often empty. */
  readonly vendor?: string;
  /** Family of devices. */
  readonly architecture?: string;
  /** Name of the device. */
  readonly device?: string;
  /** What the driver says about itself. */
  readonly description?: string;
  /** Whether the browser itself calls it a fallback. */
  readonly isFallbackAdapter?: boolean;
}

/** Drivers that compute on the CPU: Mesa's, Chromium's, Windows's. */
const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|microsoft basic render|software/i;

/**
 * Whether an adapter only simulates a GPU on the CPU, where the CPU back end is the better choice.
 *
 * @param info `adapter.info`
 * @returns Whether it is software
 *
 * @example Mesa's software Vulkan driver
 * ```ts
 * import { isSoftwareAdapter } from "@beyond24/webgpu";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isSoftwareAdapter({ device: "llvmpipe (LLVM 15.0.6, 256 bits)" }));
 * assert(isSoftwareAdapter({ isFallbackAdapter: true }));
 * assertFalse(isSoftwareAdapter({ vendor: "nvidia", architecture: "hopper" }));
 * ```
 */
export function isSoftwareAdapter(info: AdapterIdentity): boolean {
  const { vendor, architecture, device, description } = info;
  return info.isFallbackAdapter === true ||
    [vendor, architecture, device, description].some((name) => name !== undefined && SOFTWARE.test(name));
}
