import { type GroupedMatmulFeaturesArguments, isPacked24 } from "@beyond24/device";
import { EXPERT_TILES } from "./_expert_tiles.ts";
import { launchProduct } from "./_product.ts";
import { type Launcher, reads } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** Rows of a segment times the features of its cluster, contracted over the neurons of the cluster. */
const PLAN = wgsl`
  fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
    let segment = expert_tile(tile.x, rows);
    var plan: Plan;
    plan.a_first = segment.first;
    plan.a_end = segment.end;
    plan.b_first = tile.y * columns;
    plan.b_end = args.columns;
    plan.b_inner = segment.expert * args.depth;
    plan.depth = args.depth;
    plan.out_row = segment.first;
    plan.out_column = plan.b_first;
    return plan;
  }
`;

/**
 * out_e = y_e · weights_e, its rows where a row map puts them; there may be a partial tile of rows in every segment.
 */
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
    plan: [EXPERT_TILES, PLAN],
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
