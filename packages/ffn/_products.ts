import type { GradientTarget, Tape } from "@beyond24/autograd";
import type { Operand, Tensor } from "@beyond24/device";

/** The three kinds of products of a feed-forward network, each used forwards and backwards. */
export interface Products {
  /** out = x · weightsᵀ, contracted over D: y1 and dy2. */
  neurons(x: Tensor, weights: Operand, out: Tensor): void;
  /** Whether a selection may make that product itself. */
  readonly selectsWithin: boolean;
  /** y · weights [T, D], contracted over neurons, in the order of the tokens: y3 and dx. It belongs to the caller. */
  features(y: Operand, weights: Operand): Tensor;
  /** out (+)= yᵀ · x, contracted over tokens: dwOut and dwIn. */
  weights(y: Operand, x: Tensor, target: GradientTarget): void;
}

/** Where the tokens lie once they are sorted by expert; see `groupTokens`. */
export interface SortedPlaces {
  /** i32 [R] */
  readonly order: Tensor;
  /** i32 [T, k] */
  readonly positions: Tensor;
  /** i32 [E + 1] */
  readonly offsets: Tensor;
  /** Rows to a multiple of which every segment is padded. */
  readonly align: number;
}

/** Rows whose metadata of neurons fill a word: a selection within a product has segments of whole words. */
const WORD_ROWS = 8;

/** Every one of `tokens` tokens meets every neuron. */
export function plainProducts(tape: Tape, tokens: number, features: number): Products {
  const { kernels } = tape.device;
  return {
    neurons: (x, weights, out) => kernels.matmul({ a: x, b: weights, transposeB: true, out }),
    selectsWithin: false,
    features: (y, weights) => {
      const out = tape.tensor([tokens, features]);
      kernels.matmul({ a: y, b: weights, out });
      return out;
    },
    weights: (y, x, target) => kernels.matmul({ a: y, transposeA: true, b: x, ...target }),
  };
}

/** Every token meets the neurons of its experts. */
export function groupedProducts(tape: Tape, places: SortedPlaces, features: number): Products {
  const { order, positions, offsets, align } = places;
  const { kernels } = tape.device;
  const [tokens = 0, expertsPerToken = 1] = positions.shape;
  /** A token that has one sorted row gets that. */
  const place = (y: Operand, weights: Operand): Tensor => {
    const out = tape.tensor([tokens, features]);
    kernels.groupedMatmulFeatures({ y, weights, offsets, rowMap: order, out });
    return out;
  };
  /** A token that has several gets their sum. */
  const scatter = (y: Operand, weights: Operand): Tensor => {
    const sorted = tape.tensor([order.shape[0] ?? 0, features]);
    const out = tape.tensor([tokens, features]);
    kernels.groupedMatmulFeatures({ y, weights, offsets, out: sorted });
    kernels.scatterRows({ x: sorted, positions, out });
    tape.arena.recycle(sorted);
    return out;
  };
  return {
    neurons: (x, weights, out) => kernels.groupedMatmulNeurons({ x, weights, offsets, out }),
    selectsWithin: align % WORD_ROWS === 0,
    features: expertsPerToken === 1 ? place : scatter,
    weights: (y, x, target) => kernels.groupedMatmulWeights({ y, x, offsets, ...target }),
  };
}
