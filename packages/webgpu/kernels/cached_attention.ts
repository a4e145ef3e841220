import { type CachedAttentionArguments, elementCount } from "@beyond24/device";
import exponential from "./_exponential.wgsl" with { type: "text" };
import rowsSource from "./_attention_rows.wgsl" with { type: "text" };
import storeSource from "./_attention_store.wgsl" with { type: "text" };
import reduceMax from "./_reduce_max.wgsl" with { type: "text" };
import source from "./cached_attention.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Invocations of a workgroup: keys that are looked at together. */
const LANES = 64;

/** out[t] = softmax(q[t] · keysᵀ / sqrt(headDim)) · values over the cache, a workgroup a head of a token. */
export function cachedAttention(launcher: Launcher, args: CachedAttentionArguments): void {
  const { q, keys, values, places, out, shape: { sequences, sequenceLength, heads, keyValueHeads, headDim } } = args;
  const isVector = headDim % 4 === 0 && [q, keys, values, out].every(({ offset }) => offset % 4 === 0);
  const view = isVector ? "vector" : "scalar";
  const fours = Math.ceil(headDim / 4);
  const lanes = Math.max(LANES, 2 ** Math.ceil(Math.log2(fours)));
  const rows = ["q", "keys", "values"].map((name) => rowsSource.replaceAll("NAME", name));
  launchRows(launcher, {
    kernel: "cachedAttention",
    source: [reduceMax, exponential, ...rows, storeSource.replaceAll("NAME", "out"), source].join("\n"),
    tensors: {
      ...{ q: reads(q, view), keys: reads(keys, view), values: reads(values, view), out: writes(out, view) },
      places: reads(places),
    },
    constants: { HEAD_DIM: headDim, FOURS: fours, GROUPS: Math.floor(lanes / fours), VECTOR: isVector ? 1 : 0 },
    integers: { length: sequenceLength, capacity: sequences * sequenceLength, heads, key_heads: keyValueHeads },
    floats: { scale: 1 / Math.sqrt(headDim), not_a_number: NaN },
    rows: elementCount(places.shape) * heads,
    lanes,
  });
}
