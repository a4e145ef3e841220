import { type GroupedMatmulWeightsArguments, isPacked24 } from "@beyond24/device";
import { launchProduct } from "./_product.ts";
import { type Launcher, reads } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** The neurons of a cluster times the features, contracted over the rows of its segment. */
const PLAN = wgsl`
  fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
    let start = u32(load_offsets(tile.z));
    var plan: Plan;
    plan.a_first = tile.x * rows;
    plan.a_end = args.rows;
    plan.a_inner = start;
    plan.b_first = tile.y * columns;
    plan.b_end = args.columns;
    plan.b_inner = start;
    plan.depth = u32(load_offsets(tile.z + 1u)) - start;
    plan.out_row = tile.z * args.rows + plan.a_first;
    plan.out_column = plan.b_first;
    return plan;
  }
`;

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
    plan: [PLAN],
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
