import type { PackedMatrix24, Tensor } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchGeometry } from "../driver/driver.ts";
import type { LaunchContext } from "../launching/launch_context.ts";

/** Whether the packers of whole tiles write this matrix: groups along columns, aligned tensors, a Hopper GPU. */
export function packsInTiles(
  context: LaunchContext,
  { rows, cols, axis }: PackedMatrix24,
  ...tensors: readonly Tensor[]
): boolean {
  return context.driver.properties.computeCapability === 90 && axis === "cols" && rows % 64 === 0 && cols % 128 === 0 &&
    tensors.every((tensor) => addressOfTensor(tensor) % 16n === 0n);
}

/** A warp takes 128 columns of two rows, a block of 16. */
export function weightTiles(rows: number, cols: number): LaunchGeometry {
  return { grid: [cols / 128, rows / 16, 1], block: [256, 1, 1] };
}
