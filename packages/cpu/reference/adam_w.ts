import { type AdamWArguments, roundTo } from "@beyond24/device";
import { floats } from "./_host_storage.ts";
import { select24 } from "./select24.ts";
import { softThreshold24 } from "./soft_threshold24.ts";

/** One AdamW update, moments and master weights in place. */
export function adamW(args: AdamWArguments): void {
  const { beta1, beta2, epsilon, weightDecay, copy } = args;
  const weights = floats(args.weight);
  const gradients = floats(args.gradient);
  const means = floats(args.mean);
  const variances = floats(args.variance);
  const factor = floats(args.gradientFactor)[0] ?? NaN;
  const [rate = NaN, correction1 = NaN, correction2 = NaN] = floats(args.schedule);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? NaN;
    const gradient = (gradients[i] ?? NaN) * factor;
    const mean = beta1 * (means[i] ?? NaN) + (1 - beta1) * gradient;
    const variance = beta2 * (variances[i] ?? NaN) + (1 - beta2) * gradient * gradient;
    const step = mean * correction1 / (Math.sqrt(variance * correction2) + epsilon);
    means[i] = mean;
    variances[i] = variance;
    weights[i] = weight - rate * (step + weightDecay * weight);
  }
  if (args.pack?.format === "2:4") select24({ x: args.weight, ...args.pack });
  if (args.pack?.format === "2:4 soft") softThreshold24({ weights: args.weight, ...args.pack });
  if (!copy) return;
  floats(copy).set(weights);
  roundTo(floats(copy), copy.dtype);
}
