import type { Tape, Variable } from "@beyond24/autograd";
import type { UnbiasedDraw } from "@beyond24/device";
import { isRouted, type SparsityPlan, sparsityPlans } from "@beyond24/recipe";
import type { FeedForward, SparseFeedForward } from "./feed_forward.ts";
import { hidden as hiddenOf, recycleOperands, selectsAlongTokens } from "./_hidden.ts";
import { givenOrder, sortedOrder, type TokenOrder } from "./_token_order.ts";

/**
 * y = relu(x · wInᵀ)² · wOut, all six products dense (paper equations 1 to 8).
 *
 * @param tape The tape
 * @param x [T, D]
 * @param layer The network
 * @returns [T, D]
 *
 * @example One neuron
 * ```ts
 * import { createFeedForward, denseFeedForward } from "@beyond24/ffn";
 * import { Tape, writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const layer = createFeedForward(device, "mlp", { neurons: 1, features: 1 });
 * writeParameter(device, layer.wIn, new Float32Array([2]));
 * writeParameter(device, layer.wOut, new Float32Array([3]));
 * const x = device.tensor([2, 1], "f32");
 * device.write(x, new Float32Array([1, -1]));
 * const tape = new Tape(device, device.arena());
 * const y = denseFeedForward(tape, tape.input(x), layer);
 * assertEquals(await device.read(y.value), new Float32Array([12, 0]));
 * ```
 */
export function denseFeedForward(tape: Tape, x: Variable, layer: FeedForward): Variable {
  return runFeedForward(
    tape,
    x,
    layer,
    { plan: sparsityPlans.dense, weights: {}, draw: undefined },
    givenOrder(tape, x.value, layer),
  );
}

/**
 * The feed-forward network as its sparsity plan says (paper, algorithms 1 to 3). Weight gradients pass straight through the
 * selection of weights. Means and packed weights must be current (`refreshFeedForward`).
 *
 * @param tape The tape
 * @param x [T, D]
 * @param layer The network
 * @param draw Random numbers of a plan that selects without bias: a key that tells the pass through this network from others of
 * the step (`hash32` of seed, micro-batch, layer), and the step
 * @returns [T, D]
 * @throws {TypeError} If the network has no sparsity, or its plan selects without bias and there is no draw
 *
 * @example Route eight tokens
 * ```ts
 * import { createFeedForward, refreshFeedForward, sparseFeedForward } from "@beyond24/ffn";
 * import { Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 8 } } as const;
 * const layer = createFeedForward(device, "mlp", { neurons: 16, features: 4, sparsity });
 * refreshFeedForward(device, layer);
 * const tape = new Tape(device, device.arena());
 * const y = sparseFeedForward(tape, tape.input(device.tensor([8, 4], "f32")), layer);
 * assertEquals(y.value.shape, [8, 4]);
 * assertEquals(await device.read(layer.statistics.expertCounts), new Int32Array([8, 0])); // ties go to the first
 * ```
 */
export function sparseFeedForward(tape: Tape, x: Variable, layer: FeedForward, draw?: UnbiasedDraw): Variable {
  const { sparse } = layer;
  if (sparse === undefined) {
    throw new TypeError("Cannot run a sparse feed-forward network as it was created without sparsity");
  }
  const { sparsity: { plan }, weights } = sparse;
  const [tokens = 0] = x.value.shape;
  const isSorted = isRouted(plan) || selectsAlongTokens(plan) && tokens % 4 !== 0;
  const order = isSorted ? sortedOrder(tape, x.value, layer, sparse) : givenOrder(tape, x.value, layer);
  return runFeedForward(tape, x, layer, { plan, weights, draw }, order);
}

/** What is sparse in a pass: which operands, the weights among them, and random numbers for their selection. */
interface PassSparsity {
  readonly plan: SparsityPlan;
  readonly weights: SparseFeedForward["weights"];
  readonly draw: UnbiasedDraw | undefined;
}

/** Forward pass over ordered tokens, and the backward pass on the tape (paper, algorithms 1 and 2). */
function runFeedForward(
  tape: Tape,
  input: Variable,
  { wIn, wOut, statistics }: FeedForward,
  { plan, weights, draw }: PassSparsity,
  order: TokenOrder,
): Variable {
  const { products, rows, width, segments } = order;
  const hidden = hiddenOf(tape, { products, shape: [rows, width], plan, segments, draw }, {
    x: order.x,
    weights: weights.y1?.packed ?? wIn.value,
  });
  tape.device.kernels.countNonzero({
    x: hidden.forward.neurons,
    ...(segments === undefined ? {} : { segments }),
    out: statistics.nonzero,
  });
  const y3 = products.features(hidden.forward.neurons, weights.y3?.packed ?? wOut.value);
  const output = tape.output(y3);

  const backward = () => {
    if (output.gradient === undefined) return;
    const dy3 = order.sort(output.gradient);
    products.weights(hidden.forward.tokens, dy3, tape.parameterTarget(wOut));
    const dy1 = hidden.backward({ x: dy3, weights: weights.dy2?.packed ?? wOut.value });
    order.release(dy3);
    products.weights(dy1.tokens, order.x, tape.parameterTarget(wIn));
    const dx = products.features(dy1.neurons, weights.dx?.packed ?? wIn.value);
    recycleOperands(tape, dy1);
    tape.addGradient(input, dx);
  };
  tape.record({ outputs: [output], saved: [...order.saved, ...hidden.saved], backward });
  return output;
}
