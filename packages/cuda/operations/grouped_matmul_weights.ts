import type { GroupedMatmulWeightsArguments } from "@beyond24/device";
import { requireType } from "../launching/arguments.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { launchProduct } from "../products/launch.ts";

/** out_e = y_eᵀ · x_e for every expert e. Padding rows of sorted tokens must be zero, as `gatherRows` writes them. */
export function groupedMatmulWeights(context: LaunchContext, args: GroupedMatmulWeightsArguments): void {
  const { y, x, ...rest } = args;
  requireType(args.out, "f32");
  launchProduct(context, { kind: "weights", a: y, b: x, ...rest });
}
