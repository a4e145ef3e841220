import type { SquaredReluBackwardSelect24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { launchSelection } from "./_selection_launch.ts";
import { launchTiledGradient } from "./_tiled_selection.ts";

/** dy1 = 2 · dy2 ⊙ relu, in the forms that the products want. */
export function squaredReluBackwardSelect24(context: LaunchContext, args: SquaredReluBackwardSelect24Arguments): void {
  const { dy2, ...rest } = args;
  const launch = {
    module: "plain/squared_relu_backward_select24" as const,
    name: "squared_relu_backward_select24",
    x: dy2,
    readsRelu: true,
    ...rest,
  };
  if (!launchTiledGradient(context, launch)) launchSelection(context, launch);
}
