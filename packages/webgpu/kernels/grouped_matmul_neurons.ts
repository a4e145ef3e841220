import type { GroupedMatmulNeuronsArguments } from "@beyond24/device";
import expertTiles from "./_expert_tiles.wgsl" with { type: "text" };
import plan from "./grouped_matmul_neurons.wgsl" with { type: "text" };
import { launchProduct } from "./_product.ts";
import { type Launcher, reads } from "../_launch.ts";

/** out_e = x_e · weights_eᵀ; there may be a partial tile of rows in every segment. */
export function groupedMatmulNeurons(
  launcher: Launcher,
  { x, weights, offsets, out }: GroupedMatmulNeuronsArguments,
): void {
  const [rows = 0, columns = 0] = out.shape;
  const [, depth = 0] = x.shape;
  const experts = (offsets.shape[0] ?? 1) - 1;
  launchProduct(launcher, {
    kernel: "groupedMatmulNeurons",
    kind: "groupedMatmul",
    plan: expertTiles + plan,
    a: { operand: x, isInner: true },
    b: { operand: weights, isInner: true },
    out,
    accumulate: false,
    tensors: { offsets: reads(offsets) },
    integers: { experts, columns, depth },
    hasWholeDepth: depth % 4 === 0,
    tiles: (tileRows, tileColumns) => [Math.floor(rows / tileRows) + experts, Math.ceil(columns / tileColumns), 1],
    flops: 2 * rows * columns * depth,
  });
}
