import type { GroupedMatmulFeaturesArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { launchProduct } from "../products/launch.ts";

/** out_e = y_e · weights_e for every expert e. */
export function groupedMatmulFeatures(context: LaunchContext, args: GroupedMatmulFeaturesArguments): void {
  const { y, weights, ...rest } = args;
  launchProduct(context, { kind: "features", a: y, b: weights, ...rest });
}
