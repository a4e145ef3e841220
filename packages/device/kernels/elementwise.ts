import type { Tensor } from "../tensor.ts";

/** Arguments of {@linkcode ElementwiseKernels.add}. */
export interface AddArguments {
  /** First term. */
  a: Tensor;
  /** Second term, of the same shape. */
  b: Tensor;
  /** Result; `a` or `b` in place is allowed. */
  out: Tensor;
}

/** Arguments of {@linkcode ElementwiseKernels.copy}. */
export interface CopyArguments {
  /** Source, floating or i32. */
  x: Tensor;
  /** Result of the same element count, possibly of another floating type; i32 from i32 only. */
  out: Tensor;
}

/** Arguments of {@linkcode ElementwiseKernels.fill}. */
export interface FillArguments {
  /** Result. */
  out: Tensor;
  /** The value of every element. */
  value: number;
}

/** Arguments of {@linkcode ElementwiseKernels.squaredRelu}. */
export interface SquaredReluArguments {
  /** Pre-activations. */
  x: Tensor;
  /** Result. */
  out: Tensor;
}

/** Arguments of {@linkcode ElementwiseKernels.squaredReluBackward}. */
export interface SquaredReluBackwardArguments {
  /** The forward input. */
  x: Tensor;
  /** Gradient of the output. */
  dOut: Tensor;
  /** Result; `dOut` in place is allowed. */
  dX: Tensor;
}

/** Arguments of {@linkcode ElementwiseKernels.embedding}. */
export interface EmbeddingArguments {
  /** Token numbers: i32 [T]. */
  tokens: Tensor;
  /** Table: [vocabulary, D]. */
  table: Tensor;
  /** Result: [T, D]. */
  out: Tensor;
}

/** Arguments of {@linkcode ElementwiseKernels.embeddingBackward}. */
export interface EmbeddingBackwardArguments {
  /** Token numbers: i32 [T]. */
  tokens: Tensor;
  /** Gradient of the output: [T, D]. */
  dOut: Tensor;
  /** f32 [vocabulary, D]: the gradient is added to it, tokens in order. */
  dTable: Tensor;
}

/** Operations on elements and rows. */
export interface ElementwiseKernels {
  /** out = a + b. */
  add(args: AddArguments): void;
  /** out = x, converted. */
  copy(args: CopyArguments): void;
  /** out = value. */
  fill(args: FillArguments): void;
  /** out = max(x, 0)² (paper equation 2). */
  squaredRelu(args: SquaredReluArguments): void;
  /** dX = 2 · dOut · max(x, 0) (paper equation 6). */
  squaredReluBackward(args: SquaredReluBackwardArguments): void;
  /** out[t] = table[tokens[t]]; NaN for a token outside of the vocabulary. */
  embedding(args: EmbeddingArguments): void;
  /** dTable[tokens[t]] += dOut[t]; a token outside of the vocabulary adds nothing. */
  embeddingBackward(args: EmbeddingBackwardArguments): void;
}
