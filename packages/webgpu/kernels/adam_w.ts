import type { AdamWArguments } from "@beyond24/device";
import source from "./adam_w.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";
import { select24 } from "./select24.ts";
import { softThreshold24 } from "./soft_threshold24.ts";

/** One AdamW update, moments and master weights in place. */
export function adamW(launcher: Launcher, args: AdamWArguments): void {
  const { weight, gradient, mean, variance, copy, beta1, beta2, epsilon, weightDecay } = args;
  launchElementwise(launcher, {
    kernel: "adamW",
    source,
    inputs: { gradient },
    outputs: { weight, mean, variance, ...(copy === undefined ? {} : { copy }) },
    tensors: { factor: reads(args.gradientFactor), schedule: reads(args.schedule) },
    constants: { COPY: copy === undefined ? 0 : 1 },
    // 1 − β is rounded once, here: in f32 it would lose digits.
    floats: { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon, weight_decay: weightDecay },
  });
  if (args.pack?.format === "2:4") select24(launcher, { x: weight, ...args.pack });
  if (args.pack?.format === "2:4 soft") softThreshold24(launcher, { weights: weight, ...args.pack });
}
