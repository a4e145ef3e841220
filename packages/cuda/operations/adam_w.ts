import type { AdamWArguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { f32, i64 } from "../pack_arguments.ts";
import { address, commonCount, floatName, requireType, strided } from "./_launching.ts";
import ptx from "./adam_w.ptx" with { type: "text" };

/** One AdamW update of a parameter, its moments and its copy. */
export function adamW(context: LaunchContext, args: AdamWArguments): void {
  const { weight, gradient, mean, variance, copy, gradientFactor, schedule } = args;
  for (const tensor of [weight, gradient, mean, variance, gradientFactor, schedule]) requireType(tensor, "f32");
  const count = commonCount(weight, gradient, mean, variance, copy ?? weight);
  const name = `adam_w_${copy === undefined ? "f32" : floatName(copy)}`;
  context.launch({ ptx, name }, strided(context, count, 4), [
    address(weight),
    address(gradient),
    address(mean),
    address(variance),
    address(copy),
    address(gradientFactor),
    address(schedule),
    i64(count),
    f32(args.beta1),
    f32(1 - args.beta1),
    f32(args.beta2),
    f32(1 - args.beta2),
    f32(args.epsilon),
    f32(args.weightDecay),
  ]);
}
