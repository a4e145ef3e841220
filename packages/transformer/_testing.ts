import { randomValues } from "@beyond24/device/contract";
import { writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import type { Device, Tensor } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import type { ModelShape, SparsityPlan } from "@beyond24/recipe";
import { clusterTransformer } from "./cluster_transformer.ts";
import { createTransformer } from "./create_transformer.ts";
import { forwardBackward } from "./forward_backward.ts";
import { createTokenBatch, type TokenBatch } from "./token_batch.ts";
import type { Transformer } from "./transformer.ts";
import type { TransformerConfig } from "./transformer_config.ts";
import { transformerParameters } from "./transformer_parameters.ts";

/** A model small enough for difference quotients. */
export const shape: ModelShape = {
  layers: 2,
  dModel: 16,
  dFfn: 32,
  heads: 2,
  kvHeads: 1,
  headDim: 6,
  vocabularySize: 11,
  sequenceLength: 8,
};

/** V:N:M with two experts. */
export const venom = { v: 4, n: 2, m: 8 } as const;

export { randomValues };

/** Reads floats. */
export async function floatsOf(device: Device, tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await device.read(tensor));
}

/** Reads one number. */
export async function numberOf(device: Device, tensor: Tensor): Promise<number> {
  return (await device.read(tensor))[0] ?? NaN;
}

/** Tokens that follow a simple rule, so that there is something to learn. */
export function batchOf(device: Device, sequences: number, sequenceLength: number, seed = 1): TokenBatch {
  const batch = createTokenBatch(device, sequences, sequenceLength);
  const start = (index: number) => Math.floor(index / sequenceLength) * 3 + seed + index % sequenceLength * 2;
  const rule = (offset: number) =>
    Int32Array.from(
      { length: sequences * sequenceLength },
      (_, index) => (start(index) + offset) % shape.vocabularySize,
    );
  device.write(batch.tokens, rule(0));
  device.write(batch.targets, rule(2));
  return batch;
}

/**
 * A model whose weights are large enough that every part matters to the loss. Their seed is one at which no difference
 * quotient of the tests steps over a choice of the router or of a selection.
 */
export function roughModel(
  config: Omit<TransformerConfig, "shape"> = {},
  device = createReferenceDevice(),
): Transformer {
  const model = createTransformer(device, { shape, ...config }, 1);
  for (const [seed, parameter] of transformerParameters(model).entries()) {
    const count = parameter.shape.reduce((a, b) => a * b, 1);
    const gain = parameter.shape.length === 1;
    const values = randomValues(count, seed + 2).map((value) => gain ? 1 + value / 2 : value / 2);
    writeParameter(device, parameter, values);
  }
  return model;
}

/** One run of training, for tests. */
export class TestRun {
  readonly device: Device;
  readonly model: Transformer;
  readonly optimizer: AdamW;

  constructor(device: Device, config: TransformerConfig, seed = 1) {
    this.device = device;
    this.model = createTransformer(device, config, seed);
    this.optimizer = new AdamW(device, transformerParameters(this.model), { weightDecay: 0.01 }, { key: "optimizer" });
  }

  /** A run of the given plan. */
  static of(plan: SparsityPlan, device = createReferenceDevice()): TestRun {
    return new TestRun(device, { shape, sparsity: { plan, venom } });
  }

  cluster(): Promise<void> {
    return clusterTransformer(this.model, {
      seed: 1,
      companions: (parameter) => Object.values(this.optimizer.moments(parameter)),
    });
  }

  /** Trains on one batch and tells the loss of every step. */
  async train(mode: "dense" | "sparse", steps: number, batch: TokenBatch, learningRate = 1e-2): Promise<number[]> {
    const arena = this.device.arena();
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      forwardBackward(this.model, batch, { mode, arena });
      arena.reset();
      await this.optimizer.step(learningRate);
      losses.push(await numberOf(this.device, this.model.loss));
    }
    arena.dispose();
    return losses;
  }
}
