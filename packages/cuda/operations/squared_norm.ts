import { elementCount, type SquaredNormArguments, type Tensor } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer, struct } from "../driver/pack_arguments.ts";
import { addressOfTensor } from "../memory/storage.ts";
import { address, requireType } from "../launching/arguments.ts";

const module = "plain/squared_norm" as const;

/** Elements that a block adds up. */
const SHARE = 65_536;
/** Tensors of one launch. */
const TENSORS = 128;

/** out = Σ over all tensors of Σ x², in two stages. */
export function squaredNorm(context: LaunchContext, { tensors, out }: SquaredNormArguments): void {
  for (const tensor of [...tensors, out]) requireType(tensor, "f32");
  const batches = Array.from(
    { length: Math.ceil(tensors.length / TENSORS) },
    (_, index) => tensorTable(tensors.slice(index * TENSORS, (index + 1) * TENSORS)),
  );
  const parts = batches.reduce((sum, { blocks }) => sum + blocks, 0);
  const scratch = context.scratch(8 * parts);
  let first = 0;
  for (const { table, blocks } of batches) {
    context.launch({ module, name: "squared_norm_part" }, { grid: [blocks, 1, 1], block: [256, 1, 1] }, [
      struct(table, 8),
      pointer(scratch + BigInt(8 * first)),
    ]);
    first += blocks;
  }
  context.launch({ module, name: "squared_norm_total" }, { grid: [1, 1, 1], block: [1024, 1, 1] }, [
    pointer(scratch),
    address(out),
    i32(parts),
  ]);
}

/** The struct `Tensors` of the kernel: addresses, element counts, first blocks. */
function tensorTable(tensors: readonly Tensor[]): { table: Uint8Array; blocks: number } {
  const view = new DataView(new ArrayBuffer(20 * TENSORS + 8));
  let blocks = 0;
  for (let i = 0; i < TENSORS; i++) {
    const tensor = tensors[i];
    const count = tensor === undefined ? 0 : elementCount(tensor.shape);
    view.setBigUint64(8 * i, tensor === undefined ? 0n : addressOfTensor(tensor), true);
    view.setBigInt64(8 * (TENSORS + i), BigInt(count), true);
    blocks += Math.ceil(count / SHARE);
    view.setInt32(16 * TENSORS + 4 * (i + 1), blocks, true);
  }
  return { table: new Uint8Array(view.buffer), blocks };
}
