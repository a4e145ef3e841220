import { type CachedAttentionArguments, roundTo } from "@beyond24/device";
import { attendRow } from "./_attend_row.ts";
import { floats, integers } from "./_host_storage.ts";

/** out[t] = softmax(q[t] · keysᵀ / sqrt(headDim)) · values over the token's sequence up to its own row of the cache. */
export function cachedAttention({ q, keys, values, places, shape, out }: CachedAttentionArguments): void {
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const result = floats(out);
  const vectors = { queries: floats(q), keys: floats(keys), values: floats(values), result, headDim };
  const keyStride = keyValueHeads * headDim;
  integers(places).forEach((place, token) => {
    const query = token * heads * headDim;
    if (place < 0 || place >= sequences * sequenceLength) {
      result.fill(NaN, query, query + heads * headDim);
      return;
    }
    const position = place % sequenceLength;
    for (let head = 0; head < heads; head++) {
      attendRow(vectors, {
        query: query + head * headDim,
        keys: (place - position) * keyStride + Math.floor(head * keyValueHeads / heads) * headDim,
        keyStride,
        visible: position + 1,
      });
    }
  });
  roundTo(result, out.dtype);
}
