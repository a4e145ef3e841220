import { type AttentionArguments, roundTo } from "@beyond24/device";
import { attendRow } from "./_attend_row.ts";
import { attentionRows } from "./_attention_rows.ts";
import { floats } from "./_host_storage.ts";

/** out = softmax(causal(q · kᵀ / sqrt(headDim))) · v, a query row at a time. */
export function attention({ q, k, v, shape, out, logSumExp }: AttentionArguments): void {
  const result = floats(out);
  const statistics = floats(logSumExp);
  const vectors = { queries: floats(q), keys: floats(k), values: floats(v), result, headDim: shape.headDim };
  for (const row of attentionRows(shape)) statistics[row.statistic] = attendRow(vectors, row);
  roundTo(result, out.dtype);
}
