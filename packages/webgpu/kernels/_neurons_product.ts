import type { Segments, SelectedProduct } from "@beyond24/device";
import { EXPERT_TILES } from "./_expert_tiles.ts";
import type { ProductLaunch } from "./_product.ts";
import { reads } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** Rows of a segment times the neurons of its cluster, contracted over the features. */
const PLAN = wgsl`
  fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
    let segment = expert_tile(tile.x, rows);
    var plan: Plan;
    plan.a_first = segment.first;
    plan.a_end = segment.end;
    plan.b_first = segment.expert * args.columns + tile.y * columns;
    plan.b_end = (segment.expert + 1u) * args.columns;
    plan.depth = args.depth;
    plan.out_row = segment.first;
    plan.out_column = tile.y * columns;
    return plan;
  }
`;

/**
 * x_e · weights_eᵀ for every expert, [rows, columns], whatever becomes of it; there may be a partial tile of rows in
 * every segment.
 */
export function neuronsProduct(
  { x, weights }: SelectedProduct,
  { offsets }: Segments,
  [rows = 0, columns = 0]: readonly number[],
): Omit<ProductLaunch, "kernel" | "result"> {
  const [, depth = 0] = x.shape;
  const experts = (offsets.shape[0] ?? 1) - 1;
  return {
    kind: "groupedMatmul",
    plan: [EXPERT_TILES, PLAN],
    a: { operand: x, isInner: true },
    b: { operand: weights, isInner: true },
    tensors: { offsets: reads(offsets) },
    integers: { experts, columns, depth },
    hasWholeDepth: depth % 4 === 0,
    tiles: (tileRows, tileColumns) => [Math.floor(rows / tileRows) + experts, Math.ceil(columns / tileColumns), 1],
    flops: 2 * rows * columns * depth,
  };
}
