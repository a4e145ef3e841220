import type { Segments, SelectedProduct } from "@beyond24/device";
import expertTiles from "./_expert_tiles.wgsl" with { type: "text" };
import plan from "./grouped_matmul_neurons.wgsl" with { type: "text" };
import type { ProductLaunch } from "./_product.ts";
import { reads } from "../_launch.ts";

/** x_e · weights_eᵀ for every expert, [rows, columns], whatever becomes of it; there may be a partial tile of rows in every segment. */
export function neuronsProduct(
  { x, weights }: SelectedProduct,
  { offsets }: Segments,
  [rows = 0, columns = 0]: readonly number[],
): Omit<ProductLaunch, "kernel" | "result"> {
  const [, depth = 0] = x.shape;
  const experts = (offsets.shape[0] ?? 1) - 1;
  return {
    kind: "groupedMatmul",
    plan: expertTiles + plan,
    a: { operand: x, isInner: true },
    b: { operand: weights, isInner: true },
    tensors: { offsets: reads(offsets) },
    integers: { experts, columns, depth },
    hasWholeDepth: depth % 4 === 0,
    tiles: (tileRows, tileColumns) => [Math.floor(rows / tileRows) + experts, Math.ceil(columns / tileColumns), 1],
    flops: 2 * rows * columns * depth,
  };
}
