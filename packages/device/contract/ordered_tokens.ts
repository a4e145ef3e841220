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
 * Tokens as they come, each of them twice among the sorted rows, with padding between. Rows behind the last segment
 * hold -1.
 */
export function orderedTokens(context: ContractContext, { rows, used }: SortedRows, width: number): OrderedTokens {
  const replicas = 2;
  const count = Math.max(1, Math.ceil(used / replicas));
  const x = context.input([count, width]);
  const places = context.random.shuffled(count * replicas).subarray(0, used);
  const order = Int32Array.from({ length: rows }, (_, row) => row < used && row % 5 < 4 ? places[row] ?? -1 : -1);
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
