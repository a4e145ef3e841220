import type { MatmulArguments } from "@beyond24/device";
import plan from "./matmul.wgsl" with { type: "text" };
import { isPacked24 } from "@beyond24/device";
import { launchProduct } from "./_product.ts";
import type { Launcher } from "../_launch.ts";

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
    plan,
    a: { operand: a, isInner: !transposeA },
    b: { operand: b, isInner: transposeB },
    result: { out, accumulate },
    integers: { rows, columns, depth },
    hasWholeDepth: depth % 4 === 0,
    tiles: (tileRows, tileColumns) => [Math.ceil(rows / tileRows), Math.ceil(columns / tileColumns), 1],
    flops: 2 * rows * columns * depth,
  });
}
