import type { Tape, Variable } from "@beyond24/autograd";
import type { SparsityPlan } from "@beyond24/recipe";
import type { FeedForward, PackedWeight, WeightProduct } from "./feed_forward.ts";
import { hidden as hiddenOf, recycleOperands } from "./_hidden.ts";
import type { TokenOrder } from "./_token_order.ts";

/** Packed weights by product. */
type PackedWeights = Readonly<Partial<Record<WeightProduct, PackedWeight>>>;

/** Forward pass over ordered tokens, and the backward pass on the tape (paper, algorithms 1 and 2). */
export function runFeedForward(
  tape: Tape,
  input: Variable,
  layer: FeedForward,
  plan: SparsityPlan,
  packed: PackedWeights,
  order: TokenOrder,
): Variable {
  const { wIn, wOut, statistics } = layer;
  const { products, rows, width, offsets } = order;
  const hidden = hiddenOf(tape, { products, shape: [rows, width], plan, offsets }, {
    x: order.x,
    weights: packed.y1?.packed ?? wIn.value,
  });
  tape.device.kernels.countNonzero({
    x: hidden.forward.neurons,
    ...(offsets === undefined ? {} : { offsets }),
    out: statistics.nonzero,
  });
  const y3 = products.features(hidden.forward.neurons, packed.y3?.packed ?? wOut.value);
  const output = tape.output(y3);

  const backward = () => {
    if (output.gradient === undefined) return;
    const dy3 = order.sort(output.gradient);
    products.weights(hidden.forward.tokens, dy3, tape.parameterTarget(wOut));
    const dy1 = hidden.backward({ x: dy3, weights: packed.dy2?.packed ?? wOut.value });
    order.release(dy3);
    products.weights(dy1.tokens, order.x, tape.parameterTarget(wIn));
    const dx = products.features(dy1.neurons, packed.dx?.packed ?? wIn.value);
    recycleOperands(tape, dy1);
    tape.addGradient(input, dx);
  };
  tape.record({ outputs: [output], saved: [...order.saved, ...hidden.saved], backward });
  return output;
}
