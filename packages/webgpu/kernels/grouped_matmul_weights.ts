import { type GroupedMatmulWeightsArguments, isPacked24 } from "@beyond24/device";
import plan from "./grouped_matmul_weights.wgsl" with { type: "text" };
import { launchProduct } from "./_product.ts";
import { type Launcher, reads } from "../_launch.ts";

/** out_e = y_eᵀ · x_e, a third dimension of tiles for the experts; no tokens give zeros. */
export function groupedMatmulWeights(
  launcher: Launcher,
  { y, x, segments: { offsets }, out, accumulate = false }: GroupedMatmulWeightsArguments,
): void {
  const [depth = 0, rows = 0] = isPacked24(y) ? [y.rows, y.cols] : y.shape;
  const [, columns = 0] = out.shape;
  const experts = (offsets.shape[0] ?? 1) - 1;
  launchProduct(launcher, {
    kernel: "groupedMatmulWeights",
    kind: "groupedMatmul",
    plan,
    a: { operand: y, isInner: false },
    b: { operand: x, isInner: false },
    result: { out, accumulate },
    tensors: { offsets: reads(offsets) },
    integers: { rows, columns },
    // Segments start at multiples of four where tokens are packed, anywhere else.
    hasWholeDepth: isPacked24(y),
    tiles: (tileRows, tileColumns) => [Math.ceil(rows / tileRows), Math.ceil(columns / tileColumns), experts],
    flops: 2 * rows * columns * depth,
  });
}
