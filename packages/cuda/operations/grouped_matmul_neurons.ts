import { type GroupedMatmulNeuronsArguments, isPacked24 } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { i32, pointer } from "../pack_arguments.ts";
import { denseOperand } from "./_dense_operand.ts";
import { launchExpertProduct, readableInTiles, takesExperts } from "./_expert_products.ts";
import { address, floatName, matrixSize } from "./_launching.ts";
import { groupedGrid } from "./_grouped_grid.ts";
import ptx from "./grouped_matmul_neurons.ptx" with { type: "text" };

/** out_e = x_e · weights_eᵀ for every expert e. */
export function groupedMatmulNeurons(context: LaunchContext, args: GroupedMatmulNeuronsArguments): void {
  const { x, offsets, out } = args;
  const [rows, features] = matrixSize(x);
  const [, neurons] = matrixSize(out);
  if (takesExperts(context, offsets, { rows, neurons, features }) && tiled(args)) {
    const product = isPacked24(args.weights) ? "weight_product24" : "weight_product";
    return launchExpertProduct(context, { product, a: args.weights, b: x, out, offsets, neurons, features });
  }
  const weights = denseOperand(context, args.weights);
  const name = `grouped_matmul_neurons_${floatName(x)}_${floatName(out)}`;
  context.launch({ ptx, name }, groupedGrid(rows, neurons, offsets), [
    address(x),
    pointer(weights.address),
    address(offsets),
    address(out),
    i32(features),
    i32(neurons),
  ]);
}

function tiled({ x, weights, out }: GroupedMatmulNeuronsArguments): boolean {
  return readableInTiles(x, out) && (isPacked24(weights) || readableInTiles(weights));
}
