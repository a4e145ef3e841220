import type { SquaredReluSelect24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { launchSelection } from "./_selection_launch.ts";
import { launchTiledActivation } from "./_tiled_selection.ts";

/** y2 = relu(y1)² of the two largest of every four neurons, in the forms that the products want. */
export function squaredReluSelect24(context: LaunchContext, args: SquaredReluSelect24Arguments): void {
  const { y1, ...rest } = args;
  const launch = {
    module: "plain/squared_relu_select24" as const,
    name: "squared_relu_select24",
    x: y1,
    readsRelu: false,
    ...rest,
  };
  if (!launchTiledActivation(context, launch)) launchSelection(context, launch);
}
