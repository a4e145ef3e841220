import type { Tape, Variable } from "@beyond24/autograd";
import type { Operand, Segments, Tensor, UnbiasedDraw } from "@beyond24/device";
import { drawsTokens, isRouted, type SparsityPlan, sparsityPlans } from "@beyond24/recipe";
import type { FeedForward, SparseFeedForward } from "./feed_forward.ts";
import { type Hidden, hidden, recycleOperands, selectsAlongTokens } from "./_hidden.ts";
import { preactivations } from "./_preactivations.ts";
import { givenOrder, sortedOrder, type TokenOrder } from "./_token_order.ts";

/** What a sparse pass through a network takes besides the tokens themselves. */
export interface SparsePassInputs {
  /**
   * Random numbers of a plan that selects without bias: a key that tells the pass through this network from others of
   * the step (`hash32` of seed, micro-batch, layer), and the step.
   */
  readonly draw?: UnbiasedDraw;
  /** Which token of the vocabulary each one is, for a router that chooses by token: i32 [T]. */
  readonly tokens?: Tensor;
}

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
  return runFeedForward(tape, x, layer, densePass(tape, x, layer));
}

/**
 * The feed-forward network as its sparsity plan says (paper, algorithms 1 to 3). Weight gradients pass straight through
 * the selection of weights. Means and packed weights must be current (`refreshFeedForward`).
 *
 * @param tape The tape
 * @param x [T, D]
 * @param layer The network
 * @param inputs Random numbers and numbers of tokens, for plans and routers that need them
 * @returns [T, D]
 * @throws {TypeError} If the network has no sparsity, or its plan selects without bias and there is no draw, or its
 * router chooses by token and there are no tokens
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
export function sparseFeedForward(
  tape: Tape,
  x: Variable,
  layer: FeedForward,
  inputs: SparsePassInputs = {},
): Variable {
  return runFeedForward(tape, x, layer, sparsePass(tape, x, layer, inputs));
}

/** The hidden activations of a network, as its products over neurons read them; they live in the arena of the tape. */
export interface HiddenActivations {
  /**
   * y2: [rows, columns], a row for each token and each expert that it visits, over all neurons or those of the row's
   * expert.
   */
  readonly values: Operand;
  /**
   * i32 [rows]: token · k + number of its expert's place, -1 for padding. Missing where the rows are the tokens as they
   * come.
   */
  readonly order: Tensor | undefined;
  /** The rows of each expert. Missing where the rows are the tokens as they come. */
  readonly segments: Segments | undefined;
}

/**
 * Runs the first half of a network, to look at its hidden activations; statistics are overwritten. In a sparse pass
 * means and packed weights must be current (`refreshFeedForward`).
 *
 * @param tape A tape that does not record
 * @param x [T, D]
 * @param layer The network
 * @param pass Whether as {@linkcode sparseFeedForward} does it or as {@linkcode denseFeedForward}, and what the former
 * takes
 * @returns The activations, until the arena is reset
 * @throws {TypeError} If the pass is sparse and the network has no sparsity, or needs random numbers
 *
 * @example One neuron
 * ```ts
 * import { createFeedForward, hiddenActivations } from "@beyond24/ffn";
 * import { Tape, writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { isPacked24 } from "@beyond24/device";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const layer = createFeedForward(device, "mlp", { neurons: 1, features: 1 });
 * writeParameter(device, layer.wIn, new Float32Array([2]));
 * const x = device.tensor([2, 1], "f32");
 * device.write(x, new Float32Array([1, -1]));
 * const tape = new Tape(device, device.arena(), { recording: false });
 * const { values } = hiddenActivations(tape, tape.input(x), layer, { mode: "dense" });
 * assert(!isPacked24(values));
 * assertEquals(await device.read(values), new Float32Array([4, 0]));
 * ```
 */
export function hiddenActivations(
  tape: Tape,
  x: Variable,
  layer: FeedForward,
  { mode, ...inputs }: SparsePassInputs & { readonly mode: "dense" | "sparse" },
): HiddenActivations {
  const pass = mode === "dense" ? densePass(tape, x, layer) : sparsePass(tape, x, layer, inputs);
  const { order, segments } = pass.order;
  return { values: hiddenOf(tape, layer, pass).forward.neurons, order, segments };
}

/**
 * How a network works through its tokens: their order, which operands are sparse, the weights among them, random
 * numbers.
 */
interface Pass {
  readonly order: TokenOrder;
  readonly plan: SparsityPlan;
  readonly weights: SparseFeedForward["weights"];
  readonly draw: UnbiasedDraw | undefined;
}

function densePass(tape: Tape, { value }: Variable, layer: FeedForward): Pass {
  return { order: givenOrder(tape, value, layer), plan: sparsityPlans.dense, weights: {}, draw: undefined };
}

function sparsePass(
  tape: Tape,
  { value }: Variable,
  layer: FeedForward,
  { draw, tokens: numbers }: SparsePassInputs,
): Pass {
  const { sparse } = layer;
  if (sparse === undefined) {
    throw new TypeError("Cannot run a sparse feed-forward network as it was created without sparsity");
  }
  const { sparsity: { plan, tokenOrder = "spread" }, weights } = sparse;
  const [tokens = 0] = value.shape;
  const isSorted = isRouted(plan) || selectsAlongTokens(plan) && tokens % 4 !== 0;
  // A draw loses less of tokens that do not activate the same neurons; what keeps the largest has the paper's order.
  const spread = tokenOrder === "spread" && drawsTokens(plan);
  const order = isSorted
    ? sortedOrder(tape, value, layer, sparse, { spread, numbers })
    : givenOrder(tape, value, layer);
  return { order, plan, weights, draw };
}

function hiddenOf(tape: Tape, { wIn }: FeedForward, { order, plan, weights, draw }: Pass): Hidden {
  const { products, rows, width, segments } = order;
  const y1 = preactivations(tape, order, weights.y1?.packed ?? wIn.value);
  return hidden(tape, { products, shape: [rows, width], plan, segments, draw }, y1);
}

/** Forward pass over ordered tokens, and the backward pass on the tape (paper, algorithms 1 and 2). */
function runFeedForward(tape: Tape, input: Variable, layer: FeedForward, pass: Pass): Variable {
  const { wIn, wOut, statistics } = layer;
  const { order, weights } = pass;
  const { products, segments } = order;
  const { forward, backward: backwardOfHidden, saved } = hiddenOf(tape, layer, pass);
  if (tape.recording) {
    const sorted = segments === undefined ? {} : { segments };
    tape.device.kernels.countNonzero({ x: forward.neurons, ...sorted, out: statistics.nonzero });
  }
  const y3 = products.features(forward.neurons, weights.y3?.packed ?? wOut.value);
  const output = tape.output(y3);

  const backward = () => {
    if (output.gradient === undefined) return;
    const dy3 = order.sort(output.gradient);
    products.weightGradient(forward.tokens, dy3, tape.parameterTarget(wOut));
    const dy1 = backwardOfHidden({ ...dy3, weights: weights.dy2?.packed ?? wOut.value });
    order.release(dy3);
    products.weightGradient(dy1.tokens, order.tokens, tape.parameterTarget(wIn));
    const dx = products.features(dy1.neurons, weights.dx?.packed ?? wIn.value);
    recycleOperands(tape, dy1);
    tape.addGradient(input, dx);
  };
  tape.record({ outputs: [output], saved: [...order.saved, ...saved], backward });
  return output;
}
