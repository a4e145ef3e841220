import type { SquaredReluArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i64 } from "../driver/pack_arguments.ts";
import { address, commonCount, floatName, strided } from "../launching/arguments.ts";

/** out = max(x, 0)². */
export function squaredRelu(context: LaunchContext, { x, out }: SquaredReluArguments): void {
  const count = commonCount(x, out);
  const name = `squared_relu_${floatName(x)}_${floatName(out)}`;
  context.launch({ module: "plain/squared_relu", name }, strided(context, count, 8), [
    address(x),
    address(out),
    i64(count),
  ]);
}
