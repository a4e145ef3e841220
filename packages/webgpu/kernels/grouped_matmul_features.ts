import { type GroupedMatmulFeaturesArguments, isPacked24 } from "@beyond24/device";
import expertTiles from "./_expert_tiles.wgsl" with { type: "text" };
import plan from "./grouped_matmul_features.wgsl" with { type: "text" };
import { launchProduct } from "./_product.ts";
import { type Launcher, reads } from "../_launch.ts";

/** out_e = y_e · weights_e, its rows where a row map puts them; there may be a partial tile of rows in every segment. */
export function groupedMatmulFeatures(
  launcher: Launcher,
  { y, weights, segments: { offsets }, rowMap, out }: GroupedMatmulFeaturesArguments,
): void {
  const [, columns = 0] = out.shape;
  const [rows = 0, depth = 0] = isPacked24(y) ? [y.rows, y.cols] : y.shape;
  const experts = (offsets.shape[0] ?? 1) - 1;
  launchProduct(launcher, {
    kernel: "groupedMatmulFeatures",
    kind: "groupedMatmul",
    plan: expertTiles + plan,
    a: { operand: y, isInner: true },
    b: { operand: weights, isInner: false },
    result: { out, rowMap, accumulate: false },
    tensors: { offsets: reads(offsets) },
    integers: { experts, columns, depth },
    hasWholeDepth: depth % 4 === 0,
    tiles: (tileRows, tileColumns) => [Math.floor(rows / tileRows) + experts, Math.ceil(columns / tileColumns), 1],
    flops: 2 * rows * columns * depth,
  });
}
