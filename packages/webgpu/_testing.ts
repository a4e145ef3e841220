import { DeviceUnavailableError } from "@beyond24/device";
import { createWebGpuDevice, type WebGpuDeviceOptions } from "./create_web_gpu_device.ts";

/**
 * Why tests on a device cannot run here; undefined when they can. In continuous integration they must: there a missing
 * adapter fails.
 */
export async function skipReason(options: WebGpuDeviceOptions = {}): Promise<string | undefined> {
  try {
    (await createWebGpuDevice(options)).dispose();
    return undefined;
  } catch (error) {
    if (!(error instanceof DeviceUnavailableError) || Deno.env.get("CI") === "true") throw error;
    return error.message;
  }
}
