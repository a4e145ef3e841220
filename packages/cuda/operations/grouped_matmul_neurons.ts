import { type GroupedMatmulNeuronsArguments, isPacked24, type TokenGather } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { denseOperand } from "../products/dense_operand.ts";
import { launchGatheredProduct, readableInTiles } from "../products/hopper_products.ts";
import { address, floatName, matrixSize } from "../launching/arguments.ts";
import { groupedGrid } from "../products/grouped_grid.ts";
import { launchTiledProduct } from "../products/tiled_product.ts";
import { sortedTokens } from "./_sorted_tokens.ts";

/** out_e = x_e · weights_eᵀ for every expert e. */
export function groupedMatmulNeurons(context: LaunchContext, args: GroupedMatmulNeuronsArguments): void {
  if (args.gather && launchGathered(context, args, args.gather)) return;
  const x = sortedTokens(context, args);
  if (launchTiled(context, { ...args, x })) return;
  const { segments, out } = args;
  const [rows, features] = matrixSize(x);
  const [, neurons] = matrixSize(out);
  const weights = denseOperand(context, args.weights);
  const name = `grouped_matmul_neurons_${floatName(x)}_${floatName(out)}`;
  context.launch({ module: "plain/grouped_matmul_neurons", name }, groupedGrid(rows, neurons, segments), [
    address(x),
    pointer(weights.address),
    address(segments.offsets),
    address(out),
    i32(features),
    i32(neurons),
  ]);
}

/** The kernels that gather tokens. */
function launchGathered(
  context: LaunchContext,
  { x, weights, segments, out }: GroupedMatmulNeuronsArguments,
  gather: TokenGather,
): boolean {
  const [, features] = matrixSize(x);
  const [, neurons] = matrixSize(out);
  if (!readableInTiles(x, out)) return false;
  return launchGatheredProduct(context, {
    product: "weight_product24",
    a: weights,
    b: x,
    out,
    segments,
    gather,
    neurons,
    features,
  });
}

/** The kernels for whole tiles. */
function launchTiled(context: LaunchContext, { x, weights, segments, out }: GroupedMatmulNeuronsArguments): boolean {
  const [rows, features] = matrixSize(x);
  const [, neurons] = matrixSize(out);
  if (!readableInTiles(x, out) || !(isPacked24(weights) || readableInTiles(weights))) return false;
  const product = isPacked24(weights) ? "weight_product24" : "weight_product";
  return launchTiledProduct(context, rows, { product, a: weights, b: x, out, segments, neurons, features });
}
