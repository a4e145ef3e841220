import { elementCount, type SumArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { f32, i32, i64 } from "../driver/pack_arguments.ts";
import { address, requireType } from "../launching/arguments.ts";

/** out = scale · factor · Σ x. */
export function sum(context: LaunchContext, { x, out, scale = 1, factor, accumulate = false }: SumArguments): void {
  requireType(x, "f32");
  requireType(out, "f32");
  context.launch({ module: "plain/sum", name: "sum_f32" }, { grid: [1, 1, 1], block: [1024, 1, 1] }, [
    address(x),
    address(out),
    i64(elementCount(x.shape)),
    f32(scale),
    address(factor),
    i32(accumulate ? 1 : 0),
  ]);
}
