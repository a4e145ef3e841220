import type { GroupedMatmulNeuronsArguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { i32, pointer } from "../pack_arguments.ts";
import { denseOperand } from "./_dense_operand.ts";
import { address, floatName, matrixSize } from "./_launching.ts";
import { groupedGrid } from "./_grouped_grid.ts";
import ptx from "./grouped_matmul_neurons.ptx" with { type: "text" };

/** out_e = x_e · weights_eᵀ for every expert e. */
export function groupedMatmulNeurons(context: LaunchContext, args: GroupedMatmulNeuronsArguments): void {
  const { x, offsets, out } = args;
  const weights = denseOperand(context, args.weights);
  const [rows, features] = matrixSize(x);
  const [, neurons] = matrixSize(out);
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
