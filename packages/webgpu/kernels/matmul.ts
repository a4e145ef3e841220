import type { MatmulArguments } from "@beyond24/device";
import { isPacked24 } from "@beyond24/device";
import { launchProduct } from "./_product.ts";
import type { Launcher } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** Where a tile of the result lies. */
const PLAN = wgsl`
  fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
    var plan: Plan;
    plan.a_first = tile.x * rows;
    plan.a_end = args.rows;
    plan.b_first = tile.y * columns;
    plan.b_end = args.columns;
    plan.depth = args.depth;
    plan.out_row = plan.a_first;
    plan.out_column = plan.b_first;
    return plan;
  }
`;

/** out = op(a) · op(b). */
export function matmul(
  launcher: Launcher,
  { a, b, out, transposeA = false, transposeB = false, accumulate = false }: MatmulArguments,
): void {
  const [rows = 0, columns = 0] = out.shape;
  const [first = 0, second = 0] = isPacked24(a) ? [a.rows, a.cols] : a.shape;
  const depth = transposeA ? first : second;
  launchProduct(launcher, {
    kernel: "matmul",
    kind: "matmul",
    plan: [PLAN],
    a: { operand: a, isInner: !transposeA },
    b: { operand: b, isInner: transposeB },
    result: { out, accumulate },
    integers: { rows, columns, depth },
    hasWholeDepth: depth % 4 === 0,
    tiles: (tileRows, tileColumns) => [Math.ceil(rows / tileRows), Math.ceil(columns / tileColumns), 1],
    flops: 2 * rows * columns * depth,
  });
}
