import type { GroupedMatmulNeuronsArguments } from "@beyond24/device";
import { launchProduct } from "./_product.ts";
import { neuronsProduct } from "./_neurons_product.ts";
import type { Launcher } from "../_launch.ts";

/** out_e = x_e · weights_eᵀ. */
export function groupedMatmulNeurons(
  launcher: Launcher,
  { x, weights, segments, out }: GroupedMatmulNeuronsArguments,
): void {
  launchProduct(launcher, {
    ...neuronsProduct({ x, weights }, segments, out.shape),
    kernel: "groupedMatmulNeurons",
    result: { out, accumulate: false },
  });
}
