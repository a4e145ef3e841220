import type { Device } from "@beyond24/device";
import type { Driver } from "@beyond24/cuda";
import { median } from "../harness/measure.ts";

/** More than any L2 cache holds. */
const FLUSHED_BYTES = 2 ** 30;

/** One way to compute something: its device, the device's driver, and what launches the work. */
export interface Column {
  readonly device: Device;
  readonly driver: Driver;
  readonly run: () => void;
}

/**
 * Milliseconds of every column by device events, medians: columns run in turn, and before each run the L2 cache is
 * filled with something else, which also takes longer than the launches that are timed.
 */
export async function timeColumns(
  columns: Readonly<Record<string, Column>>,
  rounds: number,
): Promise<Record<string, number>> {
  const samples = new Map<string, number[]>();
  const [first] = Object.values(columns);
  if (first === undefined) return {};
  const flushed = first.device.tensor([FLUSHED_BYTES / 4], "f32");
  for (let round = -2; round < rounds; round++) {
    for (const [name, { device, driver, run }] of Object.entries(columns)) {
      const [start, end] = [driver.createEvent(), driver.createEvent()];
      device.kernels.fill({ out: flushed, value: round });
      driver.recordEvent(start);
      run();
      driver.recordEvent(end);
      await device.synchronize();
      if (round >= 0) samples.set(name, [...samples.get(name) ?? [], driver.elapsedMilliseconds(start, end)]);
      driver.destroyEvent(start);
      driver.destroyEvent(end);
    }
  }
  first.device.free(flushed);
  return Object.fromEntries([...samples].map(([name, values]) => [name, median(values)]));
}
