import type { SumArguments } from "@beyond24/device";
import { sumTensors } from "./_sum_tensors.ts";
import type { Launcher } from "../_launch.ts";

/** out = scale · factor · Σ x, or added to it. */
export function sum(launcher: Launcher, { x, out, scale = 1, factor, accumulate = false }: SumArguments): void {
  sumTensors(launcher, [x], out, { kernel: "sum", squared: false, scale, factor, accumulate });
}
