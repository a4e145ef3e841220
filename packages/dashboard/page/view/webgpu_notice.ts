import { findElement, setText } from "./find_element.ts";

/** Why WebGPU cannot be used here, in plain words; undefined where it can. */
export async function whyNoWebGpu(): Promise<{ reason: string; remedy: string } | undefined> {
  const gpu = (navigator as { readonly gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  if (gpu === undefined) {
    return {
      reason:
        "Training here uses WebGPU, the way for a page to compute on a graphics processor. This browser does not have it.",
      remedy: "Chrome and Edge from version 113, Safari from 26 and Firefox from 141 (Windows) or 145 (Mac) have it. " +
        "A newer version, or another browser, is enough.",
    };
  }
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter !== null) return undefined;
  return {
    reason:
      "This browser has WebGPU, but gives the page no graphics processor: there is none, its driver is too old, or " +
      "hardware acceleration is switched off.",
    remedy: "Switch on hardware acceleration in the browser's settings and update the graphics driver. In Chrome, " +
      "chrome://gpu says what it found; on Linux it may want the flag chrome://flags/#enable-unsafe-webgpu.",
  };
}

/** Explains what is missing and offers the processor; `onAccept` hears of a yes. */
export function showWebGpuNotice(why: { reason: string; remedy: string }, onAccept: () => void): void {
  setText("no-webgpu-reason", why.reason);
  setText("no-webgpu-remedy", why.remedy);
  const notice = findElement("no-webgpu", HTMLElement);
  notice.hidden = false;
  findElement("use-processor", HTMLButtonElement).addEventListener("click", () => {
    notice.hidden = true;
    onAccept();
  });
}
