import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import { type Device, DeviceUnavailableError } from "@beyond24/device";
import type { DeviceChoice } from "./device_choice.ts";

const openers: Readonly<Record<DeviceChoice, () => Promise<Device>>> = {
  webgpu: () => Promise.reject(new DeviceUnavailableError("Cannot use WebGPU as this build has no such back end")),
  // Its threads are those of Node and Deno; a page has none of them.
  cpu: () => createCpuDevice({ threads: 1, blas: "off" }),
  reference: () => Promise.resolve(createReferenceDevice()),
};

/**
 * Opens a device in the page.
 *
 * @throws {DeviceUnavailableError} If this browser does not have it
 */
export async function openDevice(choice: DeviceChoice): Promise<Device> {
  return await openers[choice]();
}
