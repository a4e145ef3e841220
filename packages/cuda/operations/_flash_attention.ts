import type { AttentionArguments, AttentionBackwardArguments, AttentionShape, Tensor } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchGeometry } from "../driver/driver.ts";
import type { KernelEntry, LaunchContext } from "../launching/launch_context.ts";
import { i32, type KernelArgument } from "../driver/pack_arguments.ts";
import { address } from "../launching/arguments.ts";

const HEADS = [32, 64, 96, 128];
const THREADS = 128;
const VECTOR_BYTES = 16;
const BF16_BYTES = 2;
/** Queries of a block of the kernels that go over queries, and its keys at a time. */
const QUERIES = 128;
const FORWARD_KEYS = 64;
const BACKWARD_KEYS = 32;
/** Keys of a block of the kernel that goes over keys, and its queries at a time. */
const TILE = 64;
/** logSumExp and delta of a query. */
const STATISTICS_BYTES = 8;

/** Whether the tensor-core kernels take this: a width that they are compiled for, and whole vectors of 16 bytes. */
function fits({ heads, keyValueHeads, headDim }: AttentionShape, tensors: readonly Tensor[]): boolean {
  if (!HEADS.includes(headDim) || heads % keyValueHeads !== 0) return false;
  return tensors.every((tensor) => addressOfTensor(tensor) % BigInt(VECTOR_BYTES) === 0n);
}

/** A block for every head and every `rows` positions of it; `vectors` vectors and `more` bytes in shared memory. */
function tiled(shape: AttentionShape, heads: number, rows: number, vectors: number, more: number): LaunchGeometry {
  const grid = [shape.sequences * heads, Math.ceil(shape.sequenceLength / rows), 1] as const;
  return { grid, block: [THREADS, 1, 1], sharedMemory: vectors * shape.headDim * BF16_BYTES + more };
}

function sizes({ sequenceLength, heads, keyValueHeads }: AttentionShape): KernelArgument[] {
  return [i32(sequenceLength), i32(heads), i32(keyValueHeads)];
}

/** Attention of bf16 tensors on tensor cores; false when no kernel is compiled for this. */
export function flashAttention(context: LaunchContext, args: AttentionArguments): boolean {
  const { q, k, v, out, logSumExp, shape } = args;
  if (!fits(shape, [q, k, v, out])) return false;
  const geometry = tiled(shape, shape.heads, QUERIES, QUERIES + 2 * FORWARD_KEYS, 0);
  const tensors = [q, k, v, out, logSumExp].map(address);
  context.launch({ module: "ampere/flash_attention", name: `flash_attention_${shape.headDim}` }, geometry, [
    ...tensors,
    ...sizes(shape),
  ]);
  return true;
}

/**
 * Its gradients, with `deltas` (dOut · out of every query) computed before; false when no kernel is compiled for this.
 */
export function flashAttentionBackward(
  context: LaunchContext,
  { forward, dOut, dQ, dK, dV }: AttentionBackwardArguments,
  deltas: KernelArgument,
): boolean {
  const { q, k, v, logSumExp, shape } = forward;
  if (!fits(shape, [q, k, v, dOut, dQ, dK, dV])) return false;
  const entry = (part: string): KernelEntry => ({
    module: "ampere/flash_attention_backward",
    name: `flash_attention_backward_${part}_${shape.headDim}`,
  });
  const inputs = [...[q, k, v, dOut, logSumExp].map(address), deltas];
  const queryVectors = 2 * QUERIES + 4 * BACKWARD_KEYS;
  const queryGeometry = tiled(shape, shape.heads, QUERIES, queryVectors, QUERIES * STATISTICS_BYTES);
  context.launch(entry("queries"), queryGeometry, [...inputs, address(dQ), ...sizes(shape)]);
  const keyGeometry = tiled(shape, shape.keyValueHeads, TILE, 6 * TILE, 2 * TILE * STATISTICS_BYTES);
  context.launch(entry("keys"), keyGeometry, [...inputs, address(dK), address(dV), ...sizes(shape)]);
  return true;
}
