import { type AdamWArguments, elementCount } from "@beyond24/device";
import source from "./adam_w.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { softThreshold24 } from "./soft_threshold24.ts";

/** One AdamW update, moments and master weights in place. */
export function adamW(launcher: Launcher, args: AdamWArguments): void {
  const { weight, gradient, mean, variance, copy, beta1, beta2, epsilon, weightDecay } = args;
  launchElements(launcher, {
    kernel: "adamW",
    source,
    tensors: {
      weight: writes(weight),
      gradient: reads(gradient),
      mean: writes(mean),
      variance: writes(variance),
      factor: reads(args.gradientFactor),
      schedule: reads(args.schedule),
      ...(copy === undefined ? {} : { copy: writes(copy) }),
    },
    constants: { COPY: copy === undefined ? 0 : 1 },
    // 1 − β is rounded once, here: in f32 it would lose digits.
    floats: { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon, weight_decay: weightDecay },
    count: elementCount(weight.shape),
  });
  if (args.pack) softThreshold24(launcher, { weights: weight, ...args.pack });
}
