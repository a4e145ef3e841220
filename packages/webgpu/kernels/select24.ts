import type { Select24Arguments } from "@beyond24/device";
import source from "./select24.wgsl" with { type: "text" };
import { packMatrix } from "./_pack_matrix.ts";
import type { Launcher } from "../_launch.ts";

/**
 * packed = the two largest magnitudes of every group, or without bias one of every pair of rows. Rows behind the last segment are packed too: groups do not cross
 * the end of the segments, and nobody looks at the others.
 */
export function select24(launcher: Launcher, { x, packed, unbiased, flips }: Select24Arguments): void {
  packMatrix(launcher, x, packed, { kernel: "select24", source, unbiased, flips });
}
