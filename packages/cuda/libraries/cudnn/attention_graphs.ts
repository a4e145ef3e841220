import type { AttentionShape } from "@beyond24/device";
import { CudnnGraph, type GraphPlan, type GraphTensor } from "./graph.ts";
import type { CudnnLibrary } from "./symbols.ts";

/** Plans of one graph, the one that the library likes best first, with the ids of the tensors that a caller binds. */
export interface AttentionPlans<Names extends string> {
  readonly plans: readonly GraphPlan[];
  readonly ids: Readonly<Record<Names, number>>;
}

/** Tensors of the forward graph; `scale` and `fill` are host scalars. */
export type ForwardNames = "q" | "k" | "v" | "out" | "logSumExp" | "scale" | "fill";

/** Tensors of the backward graph; `queryGradients` is absent from the repeatable form. */
export type BackwardNames = ForwardNames | "dOut" | "dQ" | "dK" | "dV" | "deltas" | "one" | "queryGradients";

/** Mask and softmax as one descriptor each, which newer releases know, or spelled out in elementary operations. */
export type Spelling = "descriptors" | "elementary";

/** Layouts of the tensors of a shape: tokens outermost in memory, heads outermost in the graph. */
class Layouts {
  constructor(readonly graph: CudnnGraph, readonly shape: AttentionShape, readonly spelling: Spelling) {}

  /** [B, heads, S, headDim] over token-major memory. */
  vectors(heads: number, kind: "real" | "virtual" = "real", type: "f32" | "bf16" = "bf16"): GraphTensor {
    const { sequences, sequenceLength, headDim } = this.shape;
    const dims = [sequences, heads, sequenceLength, headDim];
    const strides = [sequenceLength * heads * headDim, headDim, heads * headDim, 1];
    return this.graph.tensor({ dims, strides, type, kind });
  }

  /** f32 or virtual bf16 [B, heads, S, headDim] in memory of its own, heads outermost. */
  headMajor(heads: number, kind: "real" | "virtual", type: "f32" | "bf16"): GraphTensor {
    const { sequences, sequenceLength: s, headDim } = this.shape;
    const dims = [sequences, heads, s, headDim];
    return this.graph.tensor({ dims, strides: [heads * s * headDim, s * headDim, headDim, 1], type, kind });
  }

  /** The same memory as [B, heads, headDim, S]. */
  transposedVectors(heads: number): GraphTensor {
    const { sequences, sequenceLength, headDim } = this.shape;
    const dims = [sequences, heads, headDim, sequenceLength];
    const strides = [sequenceLength * heads * headDim, headDim, 1, heads * headDim];
    return this.graph.tensor({ dims, strides, type: "bf16", kind: "real" });
  }

  /** [B, H, S, S], never in memory. */
  scores(type: "f32" | "bf16" | "i32" | "boolean" = "f32"): GraphTensor {
    const { sequences, sequenceLength: s, heads } = this.shape;
    return this.graph.tensor({ dims: [sequences, heads, s, s], strides: [heads * s * s, s * s, s, 1], type });
  }

  /** The scores with the last two axes exchanged. */
  transposedScores(): GraphTensor {
    const { sequences, sequenceLength: s, heads } = this.shape;
    return this.graph.tensor({ dims: [sequences, heads, s, s], strides: [heads * s * s, s * s, 1, s], type: "bf16" });
  }

  /** f32 [B, H, S, 1]. */
  statistics(kind: "real" | "virtual" = "real"): GraphTensor {
    const { sequences, sequenceLength, heads } = this.shape;
    const dims = [sequences, heads, sequenceLength, 1];
    return this.graph.tensor({ dims, strides: [heads * sequenceLength, sequenceLength, 1, 1], type: "f32", kind });
  }

  scalar(): GraphTensor {
    return this.graph.tensor({ dims: [1, 1, 1, 1], strides: [1, 1, 1, 1], type: "f32", kind: "scalar" });
  }
}

/** Where bits must repeat, the first plan is the one that runs, and no other is made. */
function mostPlans(repeatable: boolean): number {
  return repeatable ? 1 : Infinity;
}

/** softmax(causal(q · kᵀ · scale)) · v as the five operations that cuDNN fuses into one kernel. */
export function planForward(
  library: CudnnLibrary,
  handle: bigint,
  shape: AttentionShape,
  spelling: Spelling,
  repeatable: boolean,
): AttentionPlans<ForwardNames> {
  return withGraph(library, handle, (graph) => {
    const layouts = new Layouts(graph, shape, spelling);
    const q = layouts.vectors(shape.heads);
    const k = layouts.transposedVectors(shape.keyValueHeads);
    const v = layouts.vectors(shape.keyValueHeads);
    const out = layouts.vectors(shape.heads);
    const logSumExp = layouts.statistics();
    const [scale, fill] = [layouts.scalar(), layouts.scalar()];
    const [scores, scaled] = [layouts.scores(), layouts.scores()];
    graph.matmul(q, k, scores);
    graph.pointwise("mul", scores, scale, scaled);
    graph.matmul(softmax(layouts, causalMask(layouts, scaled, fill), logSumExp), v, out);
    return { plans: graph.plans(mostPlans(repeatable)), ids: idsOf({ q, k, v, out, logSumExp, scale, fill }) };
  });
}

/**
 * The gradients. With `repeatable` dQ is one product instead of an accumulation in f32 whose order changes from run to
 * run; cuDNN then keeps a B · H · S · S matrix of bf16 as workspace.
 */
export function planBackward(
  library: CudnnLibrary,
  handle: bigint,
  shape: AttentionShape,
  spelling: Spelling,
  repeatable: boolean,
): AttentionPlans<BackwardNames> {
  return withGraph(library, handle, (graph) => {
    const layouts = new Layouts(graph, shape, spelling);
    const { heads, keyValueHeads } = shape;
    const [q, out, dOut] = [layouts.vectors(heads), layouts.vectors(heads), layouts.vectors(heads)];
    const [k, v] = [layouts.transposedVectors(keyValueHeads), layouts.transposedVectors(keyValueHeads)];
    const [dQ, dK, dV] = [layouts.vectors(heads), layouts.vectors(keyValueHeads), layouts.vectors(keyValueHeads)];
    const [logSumExp, deltas] = [layouts.statistics(), layouts.statistics()];
    const [scale, fill, one] = [layouts.scalar(), layouts.scalar(), layouts.scalar()];
    const queryGradients = layouts.headMajor(heads, "real", "f32");

    const products = layouts.headMajor(heads, "virtual", "f32");
    const sums = layouts.statistics("virtual");
    graph.pointwise("mul", dOut, out, products);
    graph.reduce("sum", products, sums);
    graph.pointwise("mul", sums, one, deltas);

    const probabilities = layouts.scores();
    const [s0, s1, s2] = [layouts.scores(), layouts.scores(), layouts.scores()];
    graph.matmul(q, k, s0);
    graph.pointwise("mul", s0, scale, s1);
    graph.pointwise("sub", s1, logSumExp, s2);
    graph.pointwise("exp", causalMask(layouts, s2, fill), undefined, probabilities);
    const probabilitiesT = layouts.transposedScores();
    graph.reshape(probabilities, probabilitiesT);
    reducedProduct(graph, layouts, probabilitiesT, dOut, dV);

    const [dp, a, b, dScores] = [layouts.scores(), layouts.scores(), layouts.scores(), layouts.scores()];
    graph.matmul(dOut, v, dp);
    graph.pointwise("sub", dp, deltas, a);
    graph.pointwise("mul", a, probabilities, b);
    graph.pointwise("mul", b, scale, dScores);
    const dScoresT = layouts.transposedScores();
    graph.reshape(dScores, dScoresT);
    reducedProduct(graph, layouts, dScoresT, q, dK);

    const keys = layouts.vectors(keyValueHeads, "virtual");
    graph.reshape(k, keys);
    if (repeatable) graph.matmul(dScores, keys, dQ);
    else {
      graph.matmul(dScores, keys, queryGradients);
      graph.pointwise("identity", queryGradients, undefined, dQ);
    }
    const tensors = { q, k, v, out, logSumExp, scale, fill, dOut, dQ, dK, dV, deltas, one, queryGradients };
    return { plans: graph.plans(mostPlans(repeatable)), ids: idsOf(tensors) };
  });
}

/** Frees the descriptors of a graph that gives no plan; those of a plan must live as long as it. */
function withGraph<Plan>(library: CudnnLibrary, handle: bigint, build: (graph: CudnnGraph) => Plan): Plan {
  const graph = new CudnnGraph(library, handle);
  try {
    return build(graph);
  } catch (error) {
    graph.dispose();
    throw error;
  }
}

/** Scores with those of later keys replaced. */
function causalMask(layouts: Layouts, x: GraphTensor, fill: GraphTensor): GraphTensor {
  const { graph } = layouts;
  const out = layouts.scores();
  if (layouts.spelling === "descriptors") {
    graph.causalMask(x, fill, out);
    return out;
  }
  const [queries, keys, mask] = [layouts.scores("i32"), layouts.scores("i32"), layouts.scores("boolean")];
  graph.pointwise("index", x, undefined, queries, { axis: 2 });
  graph.pointwise("index", x, undefined, keys, { axis: 3 });
  graph.pointwise("greaterEqual", queries, keys, mask, { type: "boolean" });
  graph.pointwise("select", x, fill, out, { mask });
  return out;
}

/** Softmax along keys in bf16; `statistics` receives ln of the sum of exponentials. */
function softmax(layouts: Layouts, x: GraphTensor, statistics: GraphTensor): GraphTensor {
  const { graph } = layouts;
  const out = layouts.scores("bf16");
  if (layouts.spelling === "descriptors") {
    graph.softmax(x, out, statistics);
    return out;
  }
  const virtual = () => layouts.statistics("virtual");
  const [largest, sum, logarithm] = [virtual(), virtual(), virtual()];
  const [shifted, exponentials] = [layouts.scores(), layouts.scores()];
  graph.reduce("max", x, largest);
  graph.pointwise("sub", x, largest, shifted);
  graph.pointwise("exp", shifted, undefined, exponentials);
  graph.reduce("sum", exponentials, sum);
  graph.pointwise("log", sum, undefined, logarithm);
  graph.pointwise("add", largest, logarithm, statistics);
  graph.pointwise("div", exponentials, sum, out);
  return out;
}

/** out = a · b, summed over the query heads that share a key head. */
function reducedProduct(graph: CudnnGraph, layouts: Layouts, a: GraphTensor, b: GraphTensor, out: GraphTensor): void {
  const { heads, keyValueHeads } = layouts.shape;
  if (heads === keyValueHeads) return graph.matmul(a, b, out);
  const full = layouts.headMajor(heads, "virtual", "bf16");
  graph.matmul(a, b, full);
  graph.reduce("sum", full, out);
}

function idsOf<Names extends string>(tensors: Record<Names, GraphTensor>): Record<Names, number> {
  const ids: Partial<Record<Names, number>> = {};
  for (const name in tensors) ids[name] = tensors[name].id;
  return ids as Record<Names, number>;
}
