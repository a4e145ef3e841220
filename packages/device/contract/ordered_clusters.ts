import type { TokenGather } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import type { Numbers } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import { sortedOrder } from "./ordered_tokens.ts";
import { type SortedRows, sortedSegments } from "./sorted_rows.ts";

/** y1 for a selection, and what it should see of it. */
export interface OrderedClusters {
  /**
   * What the selection is given: y1 of all tokens and neurons with what sorts it or, on a device that does not gather,
   * a copy that is sorted.
   */
  readonly argument: { readonly y1: Tensor; readonly gather?: TokenGather };
  /** The sorted rows, padding of zeros among them. */
  readonly sorted: Float32Array;
}

/** Clusters of `width` neurons of tokens as they come, with `values` of as many numbers as are asked for. */
export function orderedClusters(
  context: ContractContext,
  rows: SortedRows,
  width: number,
  values: (count: number) => Numbers,
): OrderedClusters {
  const { experts, offsets } = rows;
  const { tokens, order, replicas } = sortedOrder(context, rows);
  const x = context.input([tokens, experts * width], values(tokens * experts * width));
  const sorted = new Float32Array(rows.rows * width);
  order.forEach((replica, row) => {
    if (replica < 0) return;
    const expert = offsets.findLastIndex((offset) => offset <= row);
    const first = (Math.floor(replica / replicas) * experts + expert) * width;
    sorted.set(x.values.subarray(first, first + width), row * width);
  });
  const gather = { order: context.integers([rows.rows], order), replicas };
  if (context.device.gathersTokens) return { argument: { y1: x.tensor, gather }, sorted };
  const copy = context.output([rows.rows, width]);
  context.kernels.gatherClusters({ x: x.tensor, ...gather, segments: sortedSegments(context, rows), out: copy });
  return { argument: { y1: copy }, sorted };
}
