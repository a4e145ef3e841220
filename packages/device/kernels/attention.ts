import type { Tensor } from "../tensor.ts";

/** Shape of a causal attention: B sequences of S tokens; tokens are rows `sequence * S + position`. */
export interface AttentionShape {
  /** B. */
  sequences: number;
  /** S. */
  sequenceLength: number;
  /** Query heads. */
  heads: number;
  /** Key and value heads; divides `heads`, and query head h reads key head floor(h · keyValueHeads / heads). */
  keyValueHeads: number;
  /** Width of a head. */
  headDim: number;
}

/** Arguments of {@linkcode AttentionKernels.rope}. */
export interface RopeArguments {
  /** Tokens: [B · S, heads · headDim]. */
  x: Tensor;
  /** Result of the same shape; `x` in place is allowed. */
  out: Tensor;
  /** Heads in a row of `x`. */
  heads: number;
  /** cos(position · θ^(−2i / headDim)): f32 [S, headDim / 2]. */
  cosines: Tensor;
  /** The sines of the same angles: f32 [S, headDim / 2]. */
  sines: Tensor;
  /** Rotates backwards (the gradient). Default false. */
  inverse?: boolean;
}

/** Arguments of {@linkcode AttentionKernels.attention}. */
export interface AttentionArguments {
  /** Queries: [B · S, heads · headDim]. */
  q: Tensor;
  /** Keys: [B · S, keyValueHeads · headDim]. */
  k: Tensor;
  /** Values: [B · S, keyValueHeads · headDim]. */
  v: Tensor;
  /** Shape of the attention. */
  shape: AttentionShape;
  /** Result: [B · S, heads · headDim]. */
  out: Tensor;
  /** Result for the backward pass: f32 [B, heads, S], ln Σ exp(score). */
  logSumExp: Tensor;
}

/** Arguments of {@linkcode AttentionKernels.attentionBackward}. */
export interface AttentionBackwardArguments {
  /** The forward inputs and results. */
  forward: AttentionArguments;
  /** Gradient of `out`. */
  dOut: Tensor;
  /** Result: gradient of `q`. */
  dQ: Tensor;
  /** Result: gradient of `k`. */
  dK: Tensor;
  /** Result: gradient of `v`. */
  dV: Tensor;
}

/** Rotary position embedding and causal self-attention. */
export interface AttentionKernels {
  /** Half-rotation RoPE: with (a, b) = elements i and i + headDim / 2 of a head, (a cos − b sin, b cos + a sin). */
  rope(args: RopeArguments): void;
  /** out = softmax(causal(q · kᵀ / sqrt(headDim))) · v for each head. The S × S matrix is never stored. */
  attention(args: AttentionArguments): void;
  /** The gradients of {@linkcode AttentionKernels.attention}. */
  attentionBackward(args: AttentionBackwardArguments): void;
}
