import type { Tape } from "@beyond24/autograd";
import type { Operand, SelectedProduct, Tensor } from "@beyond24/device";
import type { TokenOrder } from "./_token_order.ts";

/**
 * y1 = x · wInᵀ of the rows of an order, computed once by whoever asks first; what is returned belongs to the caller.
 */
export interface Preactivations {
  /** y1: [rows, width]. */
  ordered(): Tensor;
  /** y1 as a selection takes it: with the product that makes it, or there already. */
  selected(): { readonly y1: Tensor; readonly product?: SelectedProduct };
}

/** y1 from the product with the input weights, or from that of all tokens and neurons where the router has made it. */
export function preactivations(tape: Tape, order: TokenOrder, weights: Operand): Preactivations {
  const { y1, order: places, segments } = order;
  if (y1 === undefined || places === undefined || segments === undefined) return multiplied(tape, order, weights);
  const ordered = (): Tensor => {
    const out = tape.tensor([order.rows, order.width]);
    tape.device.kernels.gatherClusters({ x: y1, order: places, replicas: order.replicas, segments, out });
    tape.arena.recycle(y1);
    return out;
  };
  return { ordered, selected: () => ({ y1: ordered() }) };
}

function multiplied(tape: Tape, { tokens, products, rows, width }: TokenOrder, weights: Operand): Preactivations {
  return {
    ordered: () => {
      const y1 = tape.tensor([rows, width]);
      products.neurons(tokens, weights, y1);
      return y1;
    },
    selected: () => {
      const y1 = tape.tensor([rows, width]);
      return { y1, ...products.selected({ ...tokens, weights }, y1) };
    },
  };
}
