import { type EmbeddingArguments, roundTo } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** out[t] = table[tokens[t]]. */
export function embedding({ tokens, table, out }: EmbeddingArguments): void {
  const [vocabulary = 0, width = 0] = table.shape;
  const rows = floats(table);
  const result = floats(out);
  integers(tokens).forEach((token, t) => {
    if (token < 0 || token >= vocabulary) result.fill(NaN, t * width, (t + 1) * width);
    else result.set(rows.subarray(token * width, (token + 1) * width), t * width);
  });
  roundTo(result, out.dtype);
}
