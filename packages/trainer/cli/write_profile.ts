import { chromeTrace, type Device, profileTable } from "@beyond24/device";
import { join } from "@std/path";
import type { Terminal } from "./terminal.ts";

/**
 * Writes what a device measured of its kernels into the folder of the run, as `profile.json` (a Chrome trace), and prints
 * it as a table.
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
  await Deno.writeTextFile(join(folder, "profile.json"), chromeTrace(records));
  terminal.out(
    `${profileTable(records)}\nProfile: ${join(folder, "profile.json")} (open it in a Chrome trace viewer)\n`,
  );
}
