import type { Operand } from "../packed24.ts";
import { elementCount, type Tensor } from "../tensor.ts";
import type { CallChecks } from "./_call_check.ts";

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

/** A product of tokens with weights that are stored a row for each result. */
export interface ActivatedProduct {
  /** Tokens: [T, D]. */
  tokens: Tensor;
  /** Neuron-major weights: [F, D]; packed along `"cols"` when sparse. */
  weights: Operand;
}

/** Arguments of {@linkcode ElementwiseKernels.squaredRelu}. */
export interface SquaredReluArguments {
  /** Pre-activations. */
  x: Tensor;
  /** Makes `x`, which is [T, F] then, first: to the last bit what `matmul` makes of it. Default: `x` is there. */
  product?: ActivatedProduct;
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

/**
 * What calls of them must fulfil; not public, though it is beside what is.
 *
 * @ignore
 */
export const elementwiseChecks: CallChecks<ElementwiseKernels> = {
  add(check, args) {
    check.input("a", args.a, "float", args.a.shape);
    check.input("b", args.b, "float", args.a.shape);
    check.output("out", args.out, "float", args.a.shape, ["a", "b"]);
  },
  copy(check, args) {
    const { x, out } = args;
    const kind = x.dtype === "i32" ? "i32" : "float";
    check.input("x", x, kind, x.shape);
    check.output("out", out, kind, out.shape);
    const [from, to] = [elementCount(x.shape), elementCount(out.shape)];
    check.require(from === to, `out must have the ${from} elements of x`, to);
  },
  fill(check, args) {
    check.output("out", args.out, args.out.dtype === "i32" ? "i32" : "float", args.out.shape);
  },
  squaredRelu(check, args) {
    const { x, product, out } = args;
    if (product) {
      check.input("tokens", product.tokens, "float", ["T", "D"]);
      check.inputOperand("weights", product.weights, ["F", "D"], "cols");
      check.output("x", x, "float", ["T", "F"]);
    } else check.input("x", x, "float", x.shape);
    check.output("out", out, "float", x.shape);
  },
  squaredReluBackward(check, args) {
    check.input("x", args.x, "float", args.x.shape);
    check.input("dOut", args.dOut, "float", args.x.shape);
    check.output("dX", args.dX, "float", args.x.shape, ["dOut"]);
  },
  embedding(check, args) {
    check.input("tokens", args.tokens, "i32", ["T"]);
    check.input("table", args.table, "float", ["vocabulary", "D"]);
    check.output("out", args.out, "float", ["T", "D"]);
  },
  embeddingBackward(check, args) {
    check.input("tokens", args.tokens, "i32", ["T"]);
    check.input("dOut", args.dOut, "float", ["T", "D"]);
    check.output("dTable", args.dTable, "f32", ["vocabulary", "D"]);
  },
};
