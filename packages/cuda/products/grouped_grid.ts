import { elementCount, type Segments } from "@beyond24/device";
import type { LaunchGeometry } from "../driver/driver.ts";

/** Side of the tiles of the plain products. */
export const TILE = 64;

const LARGEST_ROW_BLOCKS = 256;

/**
 * Grid of a grouped product whose rows are sorted tokens. How many rows an expert has is known on the device only, so the
 * blocks along y share the row tiles of an expert; those without any return at once.
 */
export function groupedGrid(rows: number, columns: number, { offsets }: Segments): LaunchGeometry {
  const experts = elementCount(offsets.shape) - 1;
  const rowBlocks = Math.min(LARGEST_ROW_BLOCKS, Math.ceil(rows / TILE));
  return { grid: [Math.ceil(columns / TILE), rowBlocks, experts], block: [256, 1, 1] };
}
