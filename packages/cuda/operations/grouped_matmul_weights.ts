import { elementCount, type GroupedMatmulWeightsArguments, isPacked24, type TokenGather } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { denseOperand } from "../products/dense_operand.ts";
import { launchGatheredProduct, readableInTiles } from "../products/hopper_products.ts";
import { address, floatName, matrixSize, requireType } from "../launching/arguments.ts";
import { TILE } from "../products/grouped_grid.ts";
import { launchTiledProduct } from "../products/tiled_product.ts";
import { sortedTokens } from "./_sorted_tokens.ts";

/** out_e = y_eᵀ · x_e for every expert e. */
export function groupedMatmulWeights(context: LaunchContext, args: GroupedMatmulWeightsArguments): void {
  const { segments, out, accumulate = false } = args;
  requireType(out, "f32");
  if (args.gather && launchGathered(context, args, args.gather)) return;
  const x = sortedTokens(context, args);
  if (launchTiled(context, { ...args, x })) return;
  const y = denseOperand(context, args.y, segments);
  const [, features] = matrixSize(x);
  const experts = elementCount(segments.offsets.shape) - 1;
  const grid = [Math.ceil(features / TILE), Math.ceil(y.cols / TILE), experts] as const;
  context.launch({ module: "plain/grouped_matmul_weights", name: `grouped_matmul_weights_${floatName(x)}` }, {
    grid,
    block: [256, 1, 1],
  }, [
    pointer(y.address),
    address(x),
    address(segments.offsets),
    address(out),
    i32(features),
    i32(y.cols),
    i32(accumulate ? 1 : 0),
  ]);
}

/** The kernels that gather tokens. */
function launchGathered(
  context: LaunchContext,
  { y, x, segments, out, accumulate = false }: GroupedMatmulWeightsArguments,
  gather: TokenGather,
): boolean {
  const [, features] = matrixSize(x);
  const neurons = isPacked24(y) ? y.cols : matrixSize(y)[1];
  if (!readableInTiles(x) || addressOfTensor(out) % 16n !== 0n) return false;
  return launchGatheredProduct(context, {
    product: "weight_gradient24",
    a: y,
    b: x,
    out,
    segments,
    gather,
    neurons,
    features,
    accumulate,
  });
}

/** The kernels for whole tiles. Padding rows of `x` must be zero, as `gatherRows` writes them. */
function launchTiled(context: LaunchContext, args: GroupedMatmulWeightsArguments): boolean {
  const { y, x, segments, out, accumulate = false } = args;
  const [rows, features] = matrixSize(x);
  const neurons = isPacked24(y) ? y.cols : matrixSize(y)[1];
  if (!readableInTiles(x) || !(isPacked24(y) || readableInTiles(y)) || addressOfTensor(out) % 16n !== 0n) return false;
  const product = isPacked24(y) ? "weight_gradient24" : "weight_gradient";
  return launchTiledProduct(context, rows, { product, a: y, b: x, out, segments, neurons, features, accumulate });
}
