import { type CachedAttentionArguments, elementCount } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { checkAttentionShape } from "./_attention_launch.ts";
import { address, commonName, requireType } from "../launching/arguments.ts";

/** Warps of a block; as in the kernel. */
const WARPS = 8;

/** out[t] = softmax(q[t] · keysᵀ / sqrt(headDim)) · values over the cache, a block a head of a token. */
export function cachedAttention(context: LaunchContext, args: CachedAttentionArguments): void {
  const { q, keys, values, places, out, shape } = args;
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  requireType(places, "i32");
  checkAttentionShape(shape);
  const grid = [elementCount(places.shape) * heads, 1, 1] as const;
  const geometry = { grid, block: [32 * WARPS, 1, 1], sharedMemory: 4 * headDim * (1 + WARPS) } as const;
  context.launch(
    { module: "plain/cached_attention", name: `cached_attention_${commonName(q, keys, values, out)}` },
    geometry,
    [
      ...[address(q), address(keys), address(values), address(places), address(out)],
      ...[i32(sequences * sequenceLength), i32(sequenceLength), i32(heads), i32(keyValueHeads), i32(headDim)],
    ],
  );
}
