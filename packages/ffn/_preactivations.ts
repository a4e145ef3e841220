import type { Tape } from "@beyond24/autograd";
import type { Operand, SquaredReluArguments, SquaredReluSelect24Arguments, Tensor } from "@beyond24/device";
import type { FullPreactivations, TokenOrder } from "./_token_order.ts";

/**
 * y1 = x · wInᵀ of the rows of an order, computed once by whoever asks first; what is returned belongs to the caller.
 */
export interface Preactivations {
  /** y1: [rows, width], as an activation takes it: with the product that makes it, or there already. */
  activated(): { readonly y1: Tensor } & Pick<SquaredReluArguments, "product">;
  /** y1 as a selection takes it: with the product that makes it, with what sorts it, or there already. */
  selected(): Pick<SquaredReluSelect24Arguments, "y1" | "product" | "gather">;
}

/** y1 from the product with the input weights, or from that of all tokens and neurons where the router has made it. */
export function preactivations(tape: Tape, order: TokenOrder, weights: Operand): Preactivations {
  const { full } = order;
  return full === undefined ? multiplied(tape, order, weights) : gathered(tape, order, full);
}

function multiplied(tape: Tape, { tokens, products, rows, width }: TokenOrder, weights: Operand): Preactivations {
  return {
    activated: () => {
      const y1 = tape.tensor([rows, width]);
      return { y1, ...products.activated({ ...tokens, weights }, y1) };
    },
    selected: () => {
      const y1 = tape.tensor([rows, width]);
      return { y1, ...products.selected({ ...tokens, weights }, y1) };
    },
  };
}

function gathered(
  tape: Tape,
  { rows, width }: TokenOrder,
  { y1, gather, segments }: FullPreactivations,
): Preactivations {
  const ordered = (): Tensor => {
    const out = tape.tensor([rows, width]);
    tape.device.kernels.gatherClusters({ x: y1, ...gather, segments, out });
    tape.arena.recycle(y1);
    return out;
  };
  return {
    activated: () => ({ y1: ordered() }),
    selected: () => tape.device.gathersTokens ? { y1, gather } : { y1: ordered() },
  };
}
