import type { AttentionArguments, AttentionShape } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { AttentionAddresses } from "../libraries/attention_library.ts";
import type { LaunchGeometry } from "../driver/driver.ts";
import { i32, i64, type KernelArgument } from "../driver/pack_arguments.ts";

const WARPS = 4;
const LARGEST_HEAD = 256;

/** One warp each of `items`; `rowsPerWarp` vectors of a head in shared memory. */
export function warpGrid(items: number, shape: AttentionShape, rowsPerWarp: number): LaunchGeometry {
  const grid = [Math.ceil(items / WARPS), 1, 1] as const;
  return { grid, block: [32 * WARPS, 1, 1], sharedMemory: 4 * WARPS * rowsPerWarp * shape.headDim };
}

/** Number of items and sizes, as the plain kernels take them. */
export function attentionSizes(items: number, shape: AttentionShape): KernelArgument[] {
  const { sequenceLength, heads, keyValueHeads, headDim } = shape;
  return [i64(items), i32(sequenceLength), i32(heads), i32(keyValueHeads), i32(headDim)];
}

/** Refuses shapes that the plain kernels cannot take. */
export function checkAttentionShape({ heads, keyValueHeads, headDim }: AttentionShape): void {
  if (headDim > LARGEST_HEAD) {
    throw new RangeError(`Cannot run attention as heads are at most ${LARGEST_HEAD} wide: current value is ${headDim}`);
  }
  if (heads % keyValueHeads !== 0) {
    throw new RangeError(
      `Cannot run attention as keyValueHeads must divide ${heads}: current value is ${keyValueHeads}`,
    );
  }
}

/** Device addresses of the forward tensors. */
export function attentionAddresses({ q, k, v, out, logSumExp }: AttentionArguments): AttentionAddresses {
  return {
    q: addressOfTensor(q),
    k: addressOfTensor(k),
    v: addressOfTensor(v),
    out: addressOfTensor(out),
    logSumExp: addressOfTensor(logSumExp),
  };
}
