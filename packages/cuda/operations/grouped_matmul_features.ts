import type { GroupedMatmulFeaturesArguments } from "@beyond24/device";
import { isPacked24 } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { i32, pointer } from "../pack_arguments.ts";
import { denseOperand } from "./_dense_operand.ts";
import { address, floatName, matrixSize } from "./_launching.ts";
import { groupedGrid } from "./_grouped_grid.ts";
import ptx from "./grouped_matmul_features.ptx" with { type: "text" };

/** out_e = y_e · weights_e for every expert e. */
export function groupedMatmulFeatures(context: LaunchContext, args: GroupedMatmulFeaturesArguments): void {
  const { offsets, out } = args;
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
