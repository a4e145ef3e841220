import type { AddArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i64 } from "../driver/pack_arguments.ts";
import { address, commonCount, floatName, strided } from "../launching/arguments.ts";

/** out = a + b. */
export function add(context: LaunchContext, { a, b, out }: AddArguments): void {
  const count = commonCount(a, b, out);
  const name = `add_${floatName(a)}_${floatName(b)}_${floatName(out)}`;
  context.launch({ module: "plain/add", name }, strided(context, count, 8), [
    address(a),
    address(b),
    address(out),
    i64(count),
  ]);
}
