import type { SoftThreshold24Arguments } from "@beyond24/device";
import source from "./soft_threshold24.wgsl" with { type: "text" };
import { packMatrix } from "./_pack_matrix.ts";
import type { Launcher } from "../_launch.ts";

/** packed = scale · S24(weights), and the mask bits that changed. */
export function softThreshold24(
  launcher: Launcher,
  { weights, packed, scale = 1, flips }: SoftThreshold24Arguments,
): void {
  packMatrix(launcher, weights, packed, { kernel: "softThreshold24", source, floats: { scale }, flips });
}
