import type { SoftThreshold24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { packWeights } from "./_pack_weights.ts";

/** packed = scale · S24(weights), and the mask bits that changed. */
export function softThreshold24(context: LaunchContext, { weights, ...pack }: SoftThreshold24Arguments): void {
  packWeights(context, weights, { format: "2:4 soft", ...pack });
}
