import { checkInteger, checkPositive } from "./_check.ts";
import { computedFraction, executedFraction, routedFraction, type RoutingOptions } from "./executed_fraction.ts";
import { type FfnOperand, type FfnProduct, ffnProductNames, ffnProducts } from "./ffn_products.ts";
import { checkModelShape, type ModelShape } from "./model_shape.ts";
import type { SparsityPlan } from "./sparsity_plan.ts";
import { sparsityPlans } from "./sparsity_plans.ts";

/** What limits a device. */
export interface DeviceLimits {
  /** Executed FLOP/s of dense matrix products. Sparse tensor cores execute as many and skip the zeros. */
  readonly flopsPerSecond: number;
  /** Bytes a second between memory and processor. */
  readonly bytesPerSecond: number;
  /** Bytes of a number in memory. */
  readonly elementBytes: number;
  /** Bytes of its memory, of which a driver keeps some for itself. */
  readonly memoryBytes: number;
  /** Where the figures come from. */
  readonly source: string;
}

/**
 * Limits of one NVIDIA H200 SXM in bfloat16: 989.5 dense TFLOP/s and 4.8 TB/s.
 *
 * @example Find where products stop to be memory bound
 * ```ts
 * import { h200 } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(h200.flopsPerSecond / h200.bytesPerSecond, 206, 1);
 * ```
 */
export const h200: DeviceLimits = {
  flopsPerSecond: 989.5e12,
  bytesPerSecond: 4.8e12,
  elementBytes: 2,
  memoryBytes: 141e9,
  source:
    "NVIDIA H200 Tensor Core GPU datasheet, SXM: BF16 1,979 TFLOPS with sparsity (half of it dense), 141 GB, 4.8 TB/s",
};

/** Lower bound of the time of one product. */
export interface ProductRoofline {
  /** Executed FLOPs. */
  readonly flops: number;
  /** Bytes, when each operand is read once and the output is written once. */
  readonly bytes: number;
  /** The longer one of the times for FLOPs and for bytes. */
  readonly seconds: number;
  /** Which one it is. */
  readonly bound: "compute" | "memory";
}

/** Options of {@linkcode ffnRoofline}. */
export interface RooflineOptions extends RoutingOptions {
  /** Sparse operands. Default: the dense plan. */
  readonly plan?: SparsityPlan;
}

type Matrix = FfnOperand | FfnProduct;

function elements(matrix: Matrix, model: ModelShape, tokens: number, options: RooflineOptions): number {
  const { plan = sparsityPlans.dense } = options;
  switch (matrix) {
    case "x":
    case "y3":
    case "dy3":
    case "dx":
      return tokens * model.dModel;
    case "y1":
      return tokens * model.dFfn * computedFraction(plan, matrix, options);
    case "y2":
    case "dy1":
    case "dy2":
      return tokens * model.dFfn * routedFraction(plan, options);
    default:
      return model.dFfn * model.dModel;
  }
}

/**
 * The least time of each of the six products of one FFN on a device (paper, section 3.2: roofline).
 *
 * `seconds = max(flops / flopsPerSecond, bytes / bytesPerSecond)` with the executed FLOPs of
 * {@linkcode executedFraction}. A 2:4 operand takes half its values and one bit of metadata for each dense element; of
 * hidden activations only the columns that the router kept are read or written, and all of y1 where it needs them.
 * Bytes of V:N:M column indices, router, sorting and packing are not counted.
 *
 * @param model Sizes of the model
 * @param tokens Tokens in a batch
 * @param device Limits of the device
 * @param options Plan and routing
 * @returns Time and its cause for each product
 * @throws {RangeError} If a size or limit is out of bounds
 *
 * @example The limit of 2:4 is twice the dense one
 * ```ts
 * import { ffnRoofline, h200, modelPresets, sparsityPlans } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = modelPresets["llama-7b"];
 * const dense = ffnRoofline(model, 16_384, h200);
 * const sparse = ffnRoofline(model, 16_384, h200, { plan: sparsityPlans.w1 });
 * assertAlmostEquals(dense.y1.seconds / sparse.y1.seconds, 2);
 * ```
 */
export function ffnRoofline(
  model: ModelShape,
  tokens: number,
  device: DeviceLimits,
  options: RooflineOptions = {},
): Readonly<Record<FfnProduct, ProductRoofline>> {
  checkModelShape(model);
  checkInteger(tokens, "tokens", 1, "find roofline");
  checkPositive(device.flopsPerSecond, "flopsPerSecond", "find roofline");
  checkPositive(device.bytesPerSecond, "bytesPerSecond", "find roofline");
  checkPositive(device.elementBytes, "elementBytes", "find roofline");
  const plan = options.plan ?? sparsityPlans.dense;
  const bytesOf = (matrix: Matrix, sparse: boolean): number =>
    elements(matrix, model, tokens, options) * (sparse ? device.elementBytes / 2 + 1 / 8 : device.elementBytes);
  const of = (product: FfnProduct): ProductRoofline => {
    const { operand, format } = plan[product];
    const packed = format !== "none" && format !== "columns";
    const flops = 2 * tokens * model.dModel * model.dFfn * executedFraction(plan, product, options);
    const [left, right] = ffnProducts[product].operands;
    const bytes = bytesOf(left, packed && operand === left) + bytesOf(right, packed && operand === right) +
      bytesOf(product, false);
    const compute = flops / device.flopsPerSecond;
    const memory = bytes / device.bytesPerSecond;
    return { flops, bytes, seconds: Math.max(compute, memory), bound: compute >= memory ? "compute" : "memory" };
  };
  return { y1: of("y1"), y3: of("y3"), dy2: of("dy2"), dwOut: of("dwOut"), dx: of("dx"), dwIn: of("dwIn") };
}

/**
 * Sum of the times of the six products.
 *
 * @param roofline What {@linkcode ffnRoofline} returned
 * @returns Seconds
 *
 * @example Predict the speed-up of the paper's recipe on an H200
 * ```ts
 * import { ffnRoofline, h200, modelPresets, rooflineSeconds, sparsityPlans } from "@beyond24/recipe";
 * import { assertGreater } from "@std/assert";
 *
 * const model = modelPresets["llama-1b"];
 * const dense = rooflineSeconds(ffnRoofline(model, 16_384, h200));
 * const sparse = rooflineSeconds(ffnRoofline(model, 16_384, h200, { plan: sparsityPlans.paper }));
 * assertGreater(dense / sparse, 4);
 * ```
 */
export function rooflineSeconds(roofline: Readonly<Record<FfnProduct, ProductRoofline>>): number {
  return ffnProductNames.reduce((sum, product) => sum + roofline[product].seconds, 0);
}
