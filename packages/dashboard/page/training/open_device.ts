import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { createWebGpuDevice } from "@beyond24/webgpu";
import type { DeviceChoice } from "./device_choice.ts";

const openers: Readonly<Record<DeviceChoice, () => Promise<Device>>> = {
  webgpu: () => createWebGpuDevice(),
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
