import type { ClipFactorArguments } from "@beyond24/device";
import { type Launcher, reads, writes } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One number. */
const TEXT = wgsl`
  @compute @workgroup_size(1)
  fn main() {
    let factor = args.max_norm / (sqrt(load_squared_norm(0u)) + 1.0e-6);
    // Not min: that may swallow a NaN.
    store_out(0u, select(factor, 1.0, factor > 1.0));
  }
`;

/** out = min(1, maxNorm / (norm + 1e-6)). */
export function clipFactor(launcher: Launcher, { squaredNorm, maxNorm, out }: ClipFactorArguments): void {
  launcher.launch({
    kernel: "clipFactor",
    text: [TEXT],
    tensors: { squared_norm: reads(squaredNorm), out: writes(out) },
    floats: { max_norm: maxNorm },
    workgroups: [1, 1, 1],
  });
}
