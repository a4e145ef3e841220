import type { Collectives, Device } from "@beyond24/device";

/** Where a run computes: the device, and how many processes have one each, where there are several. */
export function describePlace(device: Device, { size, description = "" }: Collectives): string {
  return size === 1 ? device.description : `${size} processes (${description}), each ${device.description}`;
}
