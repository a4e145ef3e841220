import { DeviceUnavailableError } from "@beyond24/device";
import { createWebGpuDevice, type WebGpuDeviceOptions } from "./create_web_gpu_device.ts";

async function missing(options: WebGpuDeviceOptions): Promise<string | undefined> {
  try {
    (await createWebGpuDevice(options)).dispose();
    return undefined;
  } catch (error) {
    if (!(error instanceof DeviceUnavailableError) || Deno.env.get("CI") === "true") throw error;
    return error.message;
  }
}

/**
 * What registers tests that need a device: where there is none they are skipped, with the reason in their name. In
 * continuous integration they are not: there a missing adapter fails.
 */
export async function deviceTests(
  options: WebGpuDeviceOptions = {},
): Promise<(name: string, fn: () => Promise<void>) => void> {
  const reason = await missing(options);
  const suffix = reason === undefined ? "" : ` (skipped: ${reason})`;
  return (name, fn) => Deno.test({ name: name + suffix, fn, ignore: reason !== undefined });
}
