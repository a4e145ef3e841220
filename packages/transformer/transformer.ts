import type { Parameter } from "@beyond24/autograd";
import type { Device, Tensor } from "@beyond24/device";
import type { FeedForward } from "@beyond24/ffn";
import type { TransformerConfig } from "./transformer_config.ts";

/** Attention weights of a layer; products are x · Wᵀ. */
export interface AttentionWeights {
  /** Queries: [heads · headDim, D]. */
  readonly query: Parameter;
  /** Keys: [kvHeads · headDim, D]. */
  readonly key: Parameter;
  /** Values: [kvHeads · headDim, D]. */
  readonly value: Parameter;
  /** Output projection: [D, heads · headDim]. */
  readonly output: Parameter;
}

/** One block: x += attention(norm(x)); x += feedForward(norm(x)). */
export interface TransformerLayer {
  /** Gains in front of the attention: [D]. */
  readonly attentionNorm: Parameter;
  /** The attention. */
  readonly attention: AttentionWeights;
  /** Gains in front of the feed-forward network: [D]. */
  readonly feedForwardNorm: Parameter;
  /** The feed-forward network. */
  readonly feedForward: FeedForward;
}

/**
 * A Llama-3-like decoder: RMSNorm, rotary embedding in half-rotation form, grouped-query attention, untied embeddings,
 * no biases, and a feed-forward network with squared ReLU and no gate.
 */
export interface Transformer {
  /** Where it lives. */
  readonly device: Device;
  /** Sizes and constants. */
  readonly config: TransformerConfig;
  /** Token embedding: [vocabulary, D]. */
  readonly embedding: Parameter;
  /** The blocks. */
  readonly layers: readonly TransformerLayer[];
  /** Gains in front of the head: [D]. */
  readonly norm: Parameter;
  /** Output head: [vocabulary, D]. */
  readonly head: Parameter;
  /** cos(position · θ^(−2i / headDim)): f32 [sequenceLength, headDim / 2]. */
  readonly cosines: Tensor;
  /** The sines of the same angles. */
  readonly sines: Tensor;
  /** Loss of the step in nats per token, mean over its micro-batches: f32 [1]. */
  readonly loss: Tensor;
  /** What the random numbers of its passes are drawn from. */
  readonly draws: TransformerDraws;
  /** What changes besides the tensors. */
  readonly state: TransformerState;
}

/**
 * Counters of the random numbers with which a plan selects without bias: with micro-batch, layer, product and place
 * these determine every one of them, so that nothing else has to be saved.
 */
export interface TransformerDraws {
  /** That of the initial weights, modulo 2^32. */
  readonly seed: number;
  /** The step: i32 [1]; see {@linkcode setStep}. */
  readonly step: Tensor;
}

/** What changes in a model besides its tensors; part of a checkpoint. */
export interface TransformerState {
  /** Whether the neurons are clustered, as sparse steps of a routed plan need it. */
  clustered: boolean;
}
