import type { GradientTarget, Tape } from "@beyond24/autograd";
import {
  type ActivatedProduct,
  type Operand,
  type Segments,
  type SelectedProduct,
  sortedCapacity,
  type Tensor,
  type TokenGather,
} from "@beyond24/device";
import type { FeedForward, SparseFeedForward } from "./feed_forward.ts";
import { chooseExperts } from "./router.ts";

/** Tokens in the order of a network: copied into it, or with what a product needs to gather them. */
export interface OrderedTokens {
  /** The copy, or the tokens as they come. */
  readonly x: Tensor;
  /** What sorts them where they are not. */
  readonly gather?: TokenGather;
}

/** The three kinds of products of a feed-forward network, each used forwards and backwards. */
export interface Products {
  /** out = x · weightsᵀ, contracted over D: y1 and dy2. */
  neurons(tokens: OrderedTokens, weights: Operand, out: Tensor): void;
  /** What an activation of `out` is told of that product, as a selection is. */
  activated(product: SelectedProduct, out: Tensor): { readonly product?: ActivatedProduct };
  /**
   * What a selection from `out` is told of that product: that it makes it itself, or nothing because `out` holds it
   * already.
   */
  selected(product: SelectedProduct, out: Tensor): { readonly product?: SelectedProduct };
  /** y · weights [T, D], contracted over neurons, in the order of the tokens: y3 and dx. It belongs to the caller. */
  features(y: Operand, weights: Operand): Tensor;
  /** out (+)= yᵀ · x, contracted over tokens: dwOut and dwIn. */
  weightGradient(y: Operand, tokens: OrderedTokens, target: GradientTarget): void;
}

/** y1 of all tokens and neurons, which a router has computed, and what makes sorted rows of it. */
export interface FullPreactivations {
  /** [T, F]. Who reads it gives it back. */
  readonly y1: Tensor;
  /** What sorts the tokens. */
  readonly gather: TokenGather;
  /** Where the tokens of each expert lie. */
  readonly segments: Segments;
}

/** The order in which a network works through its tokens. */
export interface TokenOrder {
  /** Tokens in this order, `rows` of them. */
  readonly tokens: OrderedTokens;
  /** Rows: T, or the capacity R of the sorted tokens. */
  readonly rows: number;
  /** Neurons that a row meets: F, or those of a cluster. */
  readonly width: number;
  /**
   * i32 [rows]: the place of each row among the T · k choices of experts, -1 for padding; missing when the order is the
   * given one.
   */
  readonly order: Tensor | undefined;
  /** y1 of all tokens and neurons; missing where the router had no need of it. */
  readonly full: FullPreactivations | undefined;
  /** Where the tokens of each expert lie; missing when the order is the given one. */
  readonly segments: Segments | undefined;
  /** The products over these rows; those over neurons go back to the order of the tokens. */
  readonly products: Products;
  /** Brings rows of T tokens into this order; the result belongs to the caller. */
  sort(tokens: Tensor): OrderedTokens;
  /** Gives back what `sort` returned. */
  release(sorted: OrderedTokens): void;
  /** Tensors that live until the end of the backward pass. */
  readonly saved: readonly Tensor[];
}

/** The tokens as they come. */
export function givenOrder(tape: Tape, x: Tensor, layer: FeedForward): TokenOrder {
  const [rows = 0, features = 0] = x.shape;
  return {
    tokens: { x },
    rows,
    width: layer.neurons,
    order: undefined,
    full: undefined,
    segments: undefined,
    products: plainProducts(tape, rows, features),
    sort: (tokens) => ({ x: tokens }),
    release: () => {},
    saved: [],
  };
}

/**
 * The tokens sorted by the expert that the router chooses for them (paper, section 3.1), every segment padded with
 * zeros, four neighbours from far apart where rows are spread. Without a router there is one expert, and they are as
 * they come, padded to whole groups.
 */
export function sortedOrder(
  tape: Tape,
  x: Tensor,
  layer: FeedForward,
  sparse: SparseFeedForward,
  { spread, numbers }: { readonly spread: boolean; readonly numbers: Tensor | undefined },
): TokenOrder {
  const { kernels } = tape.device;
  const { experts, expertsPerToken, align } = sparse.sizes;
  const [tokens = 0, features = 0] = x.shape;
  const rows = sortedCapacity(tokens * expertsPerToken, experts, align);
  const chosen = tape.tensor([tokens, expertsPerToken], "i32");
  const positions = tape.tensor([tokens, expertsPerToken], "i32");
  const order = tape.tensor([rows], "i32");
  const segments = { offsets: tape.tensor([experts + 1], "i32"), align };
  const { expertCounts: counts, energyShare: share } = layer.statistics;
  const wIn = sparse.weights.y1?.packed ?? layer.wIn.value;
  const y1 = experts === 1
    ? chooseOnly(tape, chosen)
    : chooseExperts(tape, sparse.router, x, chosen, { clusters: experts, share, wIn, tokens: numbers });
  kernels.groupTokens({ experts: chosen, order, positions, segments, counts, spread: spread && experts > 1 });
  tape.arena.recycle(chosen);

  const gather = { order, replicas: expertsPerToken };
  const copy = (unsorted: Tensor): OrderedTokens => {
    const out = tape.tensor([rows, features]);
    kernels.gatherRows({ x: unsorted, ...gather, out });
    return { x: out };
  };
  const sort = tape.device.gathersTokens ? (unsorted: Tensor) => ({ x: unsorted, gather }) : copy;
  const sorted = sort(x);
  const copies = sorted.x === x ? [] : [sorted.x];
  return {
    tokens: sorted,
    rows,
    width: layer.neurons / experts,
    order,
    full: y1 && { y1, gather, segments },
    segments,
    products: groupedProducts(tape, { order, positions, segments }, features),
    sort,
    release: (tokens) => {
      if (!tokens.gather) tape.arena.recycle(tokens.x);
    },
    saved: [positions, order, segments.offsets, ...copies],
  };
}

/** Where there is one expert only, it is everybody's. */
function chooseOnly(tape: Tape, experts: Tensor): undefined {
  tape.device.kernels.fill({ out: experts, value: 0 });
}

/** Where the tokens lie once they are sorted by expert; see `groupTokens`. */
interface SortedPlaces {
  /** i32 [R] */
  readonly order: Tensor;
  /** i32 [T, k] */
  readonly positions: Tensor;
  /** Where the tokens of each expert lie. */
  readonly segments: Segments;
}

/** Every one of `tokens` tokens meets every neuron. */
function plainProducts(tape: Tape, tokens: number, features: number): Products {
  const { kernels } = tape.device;
  const neurons: Products["neurons"] = ({ x }, weights, out) =>
    kernels.matmul({ a: x, b: weights, transposeB: true, out });
  return {
    neurons,
    activated: ({ x, weights }) => ({ product: { tokens: x, weights } }),
    selected: (product, out) => {
      neurons(product, product.weights, out);
      return {};
    },
    features: (y, weights) => {
      const out = tape.tensor([tokens, features]);
      kernels.matmul({ a: y, b: weights, out });
      return out;
    },
    weightGradient: (y, { x }, target) => kernels.matmul({ a: y, transposeA: true, b: x, ...target }),
  };
}

/** Every token meets the neurons of its experts. */
function groupedProducts(tape: Tape, places: SortedPlaces, features: number): Products {
  const { order, positions, segments } = places;
  const { kernels } = tape.device;
  const [tokens = 0, expertsPerToken = 1] = positions.shape;
  /** A token that has one sorted row gets that. */
  const place = (y: Operand, weights: Operand): Tensor => {
    const out = tape.tensor([tokens, features]);
    kernels.groupedMatmulFeatures({ y, weights, segments, rowMap: order, out });
    return out;
  };
  /** A token that has several gets their sum. */
  const scatter = (y: Operand, weights: Operand): Tensor => {
    const sorted = tape.tensor([order.shape[0] ?? 0, features]);
    const out = tape.tensor([tokens, features]);
    kernels.groupedMatmulFeatures({ y, weights, segments, out: sorted });
    kernels.scatterRows({ x: sorted, positions, out });
    tape.arena.recycle(sorted);
    return out;
  };
  const neurons: Products["neurons"] = (tokens, weights, out) =>
    kernels.groupedMatmulNeurons({ ...tokens, weights, segments, out });
  return {
    neurons,
    activated: (product, out) => {
      neurons(product, product.weights, out);
      return {};
    },
    selected: (product) => ({ product }),
    features: expertsPerToken === 1 ? place : scatter,
    weightGradient: (y, tokens, target) => kernels.groupedMatmulWeights({ y, ...tokens, segments, ...target }),
  };
}
