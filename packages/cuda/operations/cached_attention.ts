import { type CachedAttentionArguments, elementCount, type FreshTokens } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { addressOfTensor } from "../memory/storage.ts";
import { checkAttentionShape } from "./_attention_launch.ts";
import { address, blockPerRow, commonName, requireType } from "../launching/arguments.ts";

/** Warps of a block of the plain kernel; as there. */
const WARPS = 8;
/** Threads of a block of the kernel whose blocks share a head, and their keys; as there. */
const [THREADS, SPLIT] = [128, 64];
/** Heads that it takes. */
const SPLIT_HEADS: readonly number[] = [32, 64, 128];

/** out[t] = softmax(q[t] · keysᵀ / sqrt(headDim)) · values over the cache, which remembers fresh tokens first. */
export function cachedAttention(context: LaunchContext, { fresh, ...args }: CachedAttentionArguments): void {
  const { q, keys, values, places, out, shape } = args;
  requireType(places, "i32");
  checkAttentionShape(shape);
  const type = commonName(q, keys, values, out);
  if (fresh) rememberTokens(context, args, fresh);
  const areInPackets = [q, keys, values].every((tensor) => addressOfTensor(tensor) % 16n === 0n);
  const isSplit = type === "bf16" && SPLIT_HEADS.includes(shape.headDim) && areInPackets;
  const launch = isSplit ? launchSplit : launchPlain;
  launch(context, args);
}

/** A block a token. */
function rememberTokens(
  context: LaunchContext,
  { q, keys, values, places, shape }: CachedAttentionArguments,
  { k, v, cosines, sines }: FreshTokens,
): void {
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  requireType(cosines, "f32");
  requireType(sines, "f32");
  const name = `remember_tokens_${commonName(q, k, v, keys, values)}`;
  context.launch(
    { module: "plain/remember_tokens", name },
    blockPerRow(elementCount(places.shape), heads * headDim),
    [
      ...[q, k, v, places, keys, values, cosines, sines].map(address),
      ...[sequences * sequenceLength, heads, keyValueHeads, headDim / 2, sequenceLength].map(i32),
    ],
  );
}

/** A block for some keys of a head of a token: as many as a whole sequence needs, since places lie on the device. */
function launchSplit(context: LaunchContext, args: CachedAttentionArguments): void {
  const { q, keys, values, places, out, shape } = args;
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const rows = elementCount(places.shape) * heads;
  const splits = Math.ceil(sequenceLength / SPLIT);
  const partial = context.scratch(4 * rows * splits * (2 + headDim));
  context.launch(
    { module: "plain/split_attention", name: `split_attention_${headDim}` },
    { grid: [rows, splits, 1], block: [THREADS, 1, 1] },
    [
      ...[q, keys, values, places, out].map(address),
      ...[partial, context.counters(rows)].map(pointer),
      ...[sequences * sequenceLength, sequenceLength, heads, keyValueHeads].map(i32),
    ],
  );
}

/** A block a head of a token. */
function launchPlain(context: LaunchContext, { q, keys, values, places, out, shape }: CachedAttentionArguments): void {
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const grid = [elementCount(places.shape) * heads, 1, 1] as const;
  const geometry = { grid, block: [32 * WARPS, 1, 1], sharedMemory: 4 * headDim * (1 + WARPS) } as const;
  context.launch(
    { module: "plain/cached_attention", name: `cached_attention_${commonName(q, keys, values, out)}` },
    geometry,
    [
      ...[q, keys, values, places, out].map(address),
      ...[sequences * sequenceLength, sequenceLength, heads, keyValueHeads, headDim].map(i32),
    ],
  );
}
