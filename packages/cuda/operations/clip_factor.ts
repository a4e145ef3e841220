import type { ClipFactorArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { f32 } from "../driver/pack_arguments.ts";
import { address, requireType } from "../launching/arguments.ts";

/** out = min(1, maxNorm / (norm + 1e-6)). */
export function clipFactor(context: LaunchContext, { squaredNorm, maxNorm, out }: ClipFactorArguments): void {
  requireType(squaredNorm, "f32");
  requireType(out, "f32");
  context.launch({ module: "plain/clip_factor", name: "clip_factor" }, { grid: [1, 1, 1], block: [1, 1, 1] }, [
    address(squaredNorm),
    f32(maxNorm),
    address(out),
  ]);
}
