import type { SquaredNormArguments } from "@beyond24/device";
import { sumTensors } from "./_sum_tensors.ts";
import type { Launcher } from "../_launch.ts";

/** out = Σ over all tensors of Σ x². */
export function squaredNorm(launcher: Launcher, { tensors, out }: SquaredNormArguments): void {
  sumTensors(launcher, tensors, out, { kernel: "squaredNorm", squared: true, scale: 1, accumulate: false });
}
