import type { AdamWArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";
import { select24 } from "./select24.ts";
import { softThreshold24 } from "./soft_threshold24.ts";
import { part, wgsl } from "../_wgsl.ts";

/** One unit of weight and moments. */
const text = ({ COPY }: { readonly COPY: boolean }) =>
  wgsl`
    fn update_unit(i: u32) {
      let rate = load_schedule(0u);
      let gradient = load_gradient_unit(i) * load_factor(0u);
      let mean = args.beta1 * load_mean_unit(i) + args.rest1 * gradient;
      let variance = args.beta2 * load_variance_unit(i) + args.rest2 * gradient * gradient;
      let update = mean * load_schedule(1u) / (sqrt(variance * load_schedule(2u)) + args.epsilon);
      let weight = load_weight_unit(i);
      let updated = weight - rate * (update + args.weight_decay * weight);
      store_mean_unit(i, mean);
      store_variance_unit(i, variance);
      store_weight_unit(i, updated);
      ${COPY && "store_copy_unit(i, updated);"}
    }
  `;

/** One AdamW update, moments and master weights in place. */
export function adamW(launcher: Launcher, args: AdamWArguments): void {
  const { weight, gradient, mean, variance, copy, beta1, beta2, epsilon, weightDecay } = args;
  launchElementwise(launcher, {
    kernel: "adamW",
    text: [part(text, { COPY: copy !== undefined })],
    inputs: { gradient },
    outputs: { weight, mean, variance, ...(copy === undefined ? {} : { copy }) },
    tensors: { factor: reads(args.gradientFactor), schedule: reads(args.schedule) },
    // 1 − β is rounded once, here: in f32 it would lose digits.
    floats: { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon, weight_decay: weightDecay },
  });
  if (args.pack?.format === "2:4") select24(launcher, { x: weight, ...args.pack });
  if (args.pack?.format === "2:4 soft") softThreshold24(launcher, { weights: weight, ...args.pack });
}
