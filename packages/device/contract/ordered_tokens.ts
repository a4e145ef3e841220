import type { TokenGather } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import type { ContractContext, Input } from "./contract_context.ts";
import type { SortedRows } from "./sorted_rows.ts";

/** Tokens for a product, and what it should see of them. */
export interface OrderedTokens {
  /**
   * What the product is given: tokens with what sorts them or, on a device that does not gather, a copy that is sorted.
   */
  readonly argument: { readonly x: Tensor; readonly gather?: TokenGather };
  /** The sorted tokens, padding of zeros among them. */
  readonly sorted: Float32Array;
}

/** Tokens that are sorted already. */
export function givenTokens({ tensor, values }: Input): OrderedTokens {
  return { argument: { x: tensor }, sorted: values };
}

/**
 * An order of tokens, each of them twice among the sorted rows, with padding between. Rows behind the last segment hold
 * -1.
 */
export function sortedOrder(
  context: ContractContext,
  { rows, used }: SortedRows,
): { readonly tokens: number; readonly replicas: number; readonly order: Int32Array } {
  const replicas = 2;
  const tokens = Math.max(1, Math.ceil(used / replicas));
  const places = context.random.shuffled(tokens * replicas).subarray(0, used);
  const order = Int32Array.from({ length: rows }, (_, row) => row < used && row % 5 < 4 ? places[row] ?? -1 : -1);
  return { tokens, replicas, order };
}

/** Tokens as they come, in such an order. */
export function orderedTokens(context: ContractContext, sortedRows: SortedRows, width: number): OrderedTokens {
  const { rows } = sortedRows;
  const { tokens: count, replicas, order } = sortedOrder(context, sortedRows);
  const x = context.input([count, width]);
  const sorted = new Float32Array(rows * width);
  order.forEach((replica, row) => {
    const token = Math.floor(replica / replicas);
    if (replica >= 0) sorted.set(x.values.subarray(token * width, (token + 1) * width), row * width);
  });
  const gather = { order: context.integers([rows], order), replicas };
  if (context.device.gathersTokens) return { argument: { x: x.tensor, gather }, sorted };
  const copy = context.output([rows, width]);
  context.kernels.gatherRows({ x: x.tensor, ...gather, out: copy });
  return { argument: { x: copy }, sorted };
}
