import { isSoftwareAdapter } from "@beyond24/webgpu";

/** What this browser offers: a GPU, one that is simulated, or none and why, in plain words. */
export type WebGpuState =
  | { readonly kind: "hardware" | "software" }
  | { readonly kind: "none"; readonly reason: string; readonly remedy: string };

/** Looks whether pages of this browser can reach a GPU. */
export async function probeWebGpu(): Promise<WebGpuState> {
  // Not every browser has it, whatever the types say.
  const gpu = (navigator as { readonly gpu?: GPU }).gpu;
  if (gpu === undefined) {
    return {
      kind: "none",
      reason: "Training here uses WebGPU, the way for a page to compute on a graphics processor. " +
        "This browser does not have it.",
      remedy: "Chrome and Edge have it, and so do Safari and Firefox in their newer versions. " +
        "An update, or another browser, is enough.",
    };
  }
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter !== null) return { kind: isSoftwareAdapter(adapter.info) ? "software" : "hardware" };
  return {
    kind: "none",
    reason:
      "This browser has WebGPU, but gives the page no graphics processor: there is none, its driver is too old, " +
      "or hardware acceleration is switched off.",
    remedy: "Switch on hardware acceleration in the browser's settings and update the graphics driver. In Chrome, " +
      "chrome://gpu says what it found; on Linux it may want the flag chrome://flags/#enable-unsafe-webgpu.",
  };
}
