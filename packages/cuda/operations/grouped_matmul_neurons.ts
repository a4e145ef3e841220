import type { GroupedMatmulNeuronsArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { launchProduct } from "../products/launch.ts";

/** out_e = x_e · weights_eᵀ for every expert e. */
export function groupedMatmulNeurons(context: LaunchContext, args: GroupedMatmulNeuronsArguments): void {
  const { x, weights, ...rest } = args;
  launchProduct(context, { kind: "neurons", a: weights, b: x, ...rest });
}
