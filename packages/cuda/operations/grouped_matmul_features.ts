import type { GroupedMatmulFeaturesArguments } from "@beyond24/device";
import { isPacked24 } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { i32, pointer } from "../pack_arguments.ts";
import { denseOperand } from "./_dense_operand.ts";
import { readableInTiles } from "./_expert_products.ts";
import { address, floatName, matrixSize } from "./_launching.ts";
import { groupedGrid } from "./_grouped_grid.ts";
import { launchTiledProduct } from "./_tiled_product.ts";
import ptx from "./grouped_matmul_features.ptx" with { type: "text" };

/** out_e = y_e · weights_e for every expert e. */
export function groupedMatmulFeatures(context: LaunchContext, args: GroupedMatmulFeaturesArguments): void {
  const { offsets, out } = args;
  if (launchTiled(context, args)) return;
  const y = isPacked24(args.y) ? denseOperand(context, args.y, offsets) : denseOperand(context, args.y);
  const weights = denseOperand(context, args.weights);
  const [rows, features] = matrixSize(out);
  const name = `grouped_matmul_features_${y.type}_${floatName(out)}`;
  context.launch({ ptx, name }, groupedGrid(rows, features, offsets), [
    pointer(y.address),
    pointer(weights.address),
    address(offsets),
    address(out),
    i32(features),
    i32(y.cols),
  ]);
}

/** The kernels for whole tiles, for dense weights. */
function launchTiled(context: LaunchContext, args: GroupedMatmulFeaturesArguments): boolean {
  const { y, weights, offsets, out } = args;
  const [rows, neurons] = isPacked24(y) ? [y.rows, y.cols] : matrixSize(y);
  const [, features] = matrixSize(out);
  if (isPacked24(weights) || !readableInTiles(weights, out) || !(isPacked24(y) || readableInTiles(y))) return false;
  const product = isPacked24(y) ? "activation_product24" : "activation_product";
  return launchTiledProduct(context, rows, { product, a: y, b: weights, out, offsets, neurons, features });
}
