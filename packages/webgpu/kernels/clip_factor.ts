import type { ClipFactorArguments } from "@beyond24/device";
import source from "./clip_factor.wgsl" with { type: "text" };
import { type Launcher, reads, writes } from "../_launch.ts";

/** out = min(1, maxNorm / (norm + 1e-6)). */
export function clipFactor(launcher: Launcher, { squaredNorm, maxNorm, out }: ClipFactorArguments): void {
  launcher.launch({
    kernel: "clipFactor",
    source,
    tensors: { squared_norm: reads(squaredNorm), out: writes(out) },
    floats: { max_norm: maxNorm },
    workgroups: [1, 1, 1],
  });
}
