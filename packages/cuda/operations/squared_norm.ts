import { elementCount, type SquaredNormArguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { i32, i64, pointer } from "../pack_arguments.ts";
import { address, requireType } from "./_launching.ts";
import ptx from "./squared_norm.ptx" with { type: "text" };

const ELEMENTS_PER_BLOCK = 16_384;
const LARGEST_GRID = 1024;

/** out = Σ over all tensors of Σ x², in two stages. */
export function squaredNorm(context: LaunchContext, { tensors, out }: SquaredNormArguments): void {
  requireType(out, "f32");
  const blocks = tensors.map(({ shape }) =>
    Math.min(LARGEST_GRID, Math.ceil(elementCount(shape) / ELEMENTS_PER_BLOCK))
  );
  const parts = blocks.reduce((sum, count) => sum + count, 0);
  const scratch = context.scratch(8 * parts);
  let first = 0;
  tensors.forEach((tensor, index) => {
    requireType(tensor, "f32");
    const grid = blocks[index] ?? 0;
    context.launch({ ptx, name: "squared_norm_part" }, { grid: [grid, 1, 1], block: [256, 1, 1] }, [
      address(tensor),
      pointer(scratch + BigInt(8 * first)),
      i64(elementCount(tensor.shape)),
    ]);
    first += grid;
  });
  context.launch({ ptx, name: "squared_norm_total" }, { grid: [1, 1, 1], block: [1024, 1, 1] }, [
    pointer(scratch),
    address(out),
    i32(parts),
  ]);
}
