import type { GroupedMatmulFeaturesArguments, Operand } from "@beyond24/device";
import { isPacked24 } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { denseOperand } from "../products/dense_operand.ts";
import { readableInTiles } from "../products/hopper_products.ts";
import { address, floatName, matrixSize } from "../launching/arguments.ts";
import { groupedGrid } from "../products/grouped_grid.ts";
import { launchTiledProduct } from "../products/tiled_product.ts";

/** out_e = y_e · weights_e for every expert e. */
export function groupedMatmulFeatures(context: LaunchContext, args: GroupedMatmulFeaturesArguments): void {
  const { segments, rowMap, out } = args;
  if (launchTiled(context, args)) return;
  const y = isPacked24(args.y) ? denseOperand(context, args.y, segments) : denseOperand(context, args.y);
  const weights = denseOperand(context, args.weights);
  const [, features] = matrixSize(out);
  const name = `grouped_matmul_features_${y.type}_${floatName(out)}`;
  context.launch({ module: "plain/grouped_matmul_features", name }, groupedGrid(rowsOf(args.y), features, segments), [
    pointer(y.address),
    pointer(weights.address),
    address(segments.offsets),
    address(rowMap),
    address(out),
    i32(features),
    i32(y.cols),
  ]);
}

/** R. */
function rowsOf(y: Operand): number {
  return isPacked24(y) ? y.rows : matrixSize(y)[0];
}

/** The kernels for whole tiles, for dense weights. */
function launchTiled(context: LaunchContext, args: GroupedMatmulFeaturesArguments): boolean {
  const { y, weights, segments, rowMap, out } = args;
  const [, features] = matrixSize(out);
  const neurons = isPacked24(y) ? y.cols : matrixSize(y)[1];
  if (isPacked24(weights) || !readableInTiles(weights, out) || !(isPacked24(y) || readableInTiles(y))) return false;
  const product = isPacked24(y) ? "activation_product24" : "activation_product";
  return launchTiledProduct(context, rowsOf(y), {
    product,
    a: y,
    b: weights,
    out,
    segments,
    neurons,
    features,
    ...(rowMap === undefined ? {} : { rowMap }),
  });
}
