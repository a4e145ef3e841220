import { elementCount, type GroupedMatmulWeightsArguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { i32, pointer } from "../pack_arguments.ts";
import { denseOperand } from "./_dense_operand.ts";
import { address, floatName, matrixSize, requireType } from "./_launching.ts";
import { TILE } from "./_grouped_grid.ts";
import ptx from "./grouped_matmul_weights.ptx" with { type: "text" };

/** out_e = y_eᵀ · x_e for every expert e. */
export function groupedMatmulWeights(context: LaunchContext, args: GroupedMatmulWeightsArguments): void {
  const { x, offsets, out, accumulate = false } = args;
  requireType(out, "f32");
  const y = denseOperand(context, args.y, offsets);
  const [, features] = matrixSize(x);
  const experts = elementCount(offsets.shape) - 1;
  const grid = [Math.ceil(features / TILE), Math.ceil(y.cols / TILE), experts] as const;
  context.launch({ ptx, name: `grouped_matmul_weights_${floatName(x)}` }, { grid, block: [256, 1, 1] }, [
    pointer(y.address),
    address(x),
    address(offsets),
    address(out),
    i32(features),
    i32(y.cols),
    i32(accumulate ? 1 : 0),
  ]);
}
