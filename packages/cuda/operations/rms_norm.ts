import type { RmsNormArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { f32, i32 } from "../driver/pack_arguments.ts";
import { address, commonName, floatName, matrixSize, requireType } from "../launching/arguments.ts";

const WARPS = 4;

/** out = x · inverseRms · weight. */
export function rmsNorm(context: LaunchContext, args: RmsNormArguments): void {
  const { x, residual, weight, epsilon, out, inverseRms } = args;
  requireType(inverseRms, "f32");
  const [rows, width] = matrixSize(x);
  const name = `rms_norm_${commonName(x, out, ...(residual ? [residual.addend, residual.sum] : []))}_${
    floatName(weight)
  }`;
  context.launch({ module: "plain/rms_norm", name }, {
    grid: [Math.ceil(rows / WARPS), 1, 1],
    block: [32 * WARPS, 1, 1],
  }, [
    address(x),
    address(residual?.addend),
    address(residual?.sum),
    address(weight),
    address(out),
    address(inverseRms),
    i32(rows),
    i32(width),
    f32(epsilon),
  ]);
}
