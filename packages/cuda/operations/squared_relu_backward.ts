import type { SquaredReluBackwardArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i64 } from "../driver/pack_arguments.ts";
import { address, commonCount, commonName, strided } from "../launching/arguments.ts";

/** dX = 2 · dOut · max(x, 0). */
export function squaredReluBackward(context: LaunchContext, { x, dOut, dX }: SquaredReluBackwardArguments): void {
  const count = commonCount(x, dOut, dX);
  const name = `squared_relu_backward_${commonName(x, dOut, dX)}`;
  context.launch({ module: "plain/squared_relu_backward", name }, strided(context, count, 8), [
    address(x),
    address(dOut),
    address(dX),
    i64(count),
  ]);
}
