import { chromeTrace, type Device, profileTable } from "@beyond24/device";
import { replaceFile } from "@beyond24/disk";
import { runFolder } from "@beyond24/run";
import type { Terminal } from "./terminal.ts";

/**
 * Writes what a device measured of its kernels into the folder of the run, as `profile.json` (a Chrome trace), and
 * prints it as a table.
 *
 * @param folder Folder of the run
 * @param device The device that ran it
 * @param terminal Where the table is printed
 */
export async function writeProfile(folder: string, device: Device, terminal: Terminal): Promise<void> {
  const records = await device.takeProfile?.();
  if (records === undefined) {
    terminal.error(`No profile is written as ${device.name} does not measure its kernels: webgpu does\n`);
    return;
  }
  const { profile } = runFolder(folder);
  await replaceFile(profile, chromeTrace(records));
  terminal.out(`${profileTable(records)}\nProfile: ${profile} (open it in a Chrome trace viewer)\n`);
}
