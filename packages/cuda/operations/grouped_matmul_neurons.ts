import { type GroupedMatmulNeuronsArguments, isPacked24 } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { denseOperand } from "../products/dense_operand.ts";
import { readableInTiles } from "../products/hopper_products.ts";
import { address, floatName, matrixSize } from "../launching/arguments.ts";
import { groupedGrid } from "../products/grouped_grid.ts";
import { launchTiledProduct } from "../products/tiled_product.ts";

/** out_e = x_e · weights_eᵀ for every expert e. */
export function groupedMatmulNeurons(context: LaunchContext, args: GroupedMatmulNeuronsArguments): void {
  if (launchTiled(context, args)) return;
  const { x, segments, out } = args;
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

/** The kernels for whole tiles. */
function launchTiled(context: LaunchContext, { x, weights, segments, out }: GroupedMatmulNeuronsArguments): boolean {
  const [rows, features] = matrixSize(x);
  const [, neurons] = matrixSize(out);
  if (!readableInTiles(x, out) || !(isPacked24(weights) || readableInTiles(weights))) return false;
  const product = isPacked24(weights) ? "weight_product24" : "weight_product";
  return launchTiledProduct(context, rows, { product, a: weights, b: x, out, segments, neurons, features });
}
