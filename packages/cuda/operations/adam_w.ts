import type { AdamWArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { f32, i32, i64, type KernelArgument } from "../driver/pack_arguments.ts";
import { address, commonCount, floatName, packedAddresses, requireType } from "../launching/arguments.ts";
import { packWeights, scaleOf } from "./_pack_weights.ts";
import { packsInTiles, weightTiles } from "./_weight_tiles.ts";

const module = "plain/adam_w" as const;

const THREADS = 256;
const LARGEST_GRID = 2 ** 31 - 1;

/** One AdamW update of a parameter, its moments, its copy and its packed form. */
export function adamW(context: LaunchContext, args: AdamWArguments): void {
  if (launchPacking(context, args)) return;
  const { weight, gradient, mean, variance, copy, gradientFactor, schedule, pack } = args;
  for (const tensor of [weight, gradient, mean, variance, gradientFactor, schedule]) requireType(tensor, "f32");
  const count = commonCount(weight, gradient, mean, variance, copy ?? weight);
  const name = `adam_w_${copy === undefined ? "f32" : floatName(copy)}`;
  // Four weights a thread and no more: blocks that walk on are 6 % slower (docs/log.md).
  const grid = [Math.min(Math.ceil(count / (4 * THREADS)), LARGEST_GRID), 1, 1] as const;
  context.launch({ module, name }, { grid, block: [THREADS, 1, 1] }, [
    ...addresses(args),
    i64(count),
    ...constants(args),
  ]);
  if (pack !== undefined) packWeights(context, weight, pack);
}

/** Weights, gradient, moments, copy, factor and schedule. */
function addresses({ weight, gradient, mean, variance, copy, gradientFactor, schedule }: AdamWArguments) {
  return [weight, gradient, mean, variance, copy, gradientFactor, schedule].map(address);
}

function constants({ beta1, beta2, epsilon, weightDecay }: AdamWArguments): KernelArgument[] {
  return [beta1, 1 - beta1, beta2, 1 - beta2, epsilon, weightDecay].map(f32);
}

/** Whole tiles in one pass over weights and moments; false when they are not, or when nothing is to be packed. */
function launchPacking(context: LaunchContext, args: AdamWArguments): boolean {
  const { weight, gradient, mean, variance, copy, pack } = args;
  if (pack === undefined || copy?.dtype !== "bf16") return false;
  if (!packsInTiles(context, pack.packed, weight, gradient, mean, variance, copy)) return false;
  const { rows, cols } = pack.packed;
  const name = pack.format === "2:4 soft" ? "adam_w24" : "adam_w24_largest";
  context.launch({ module: "hopper/adam_w24", name }, weightTiles(rows, cols), [
    ...addresses(args),
    ...constants(args),
    ...packedAddresses(pack.packed),
    address(pack.flips),
    f32(scaleOf(pack)),
    i32(rows),
    i32(cols),
  ]);
  return true;
}
