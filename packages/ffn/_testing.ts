import { randomValues } from "@beyond24/device/contract";
import { Tape, writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import type { Device, Tensor } from "@beyond24/device";
import { createFeedForward, type FeedForward } from "./feed_forward.ts";
import type { FeedForwardSparsity } from "./feed_forward_sparsity.ts";
import { refreshFeedForward } from "./packed_weights.ts";
import { denseFeedForward, sparseFeedForward } from "./run_feed_forward.ts";

export { randomValues };

/** Reads floats. */
export async function floatsOf(device: Device, tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await device.read(tensor));
}

/** Sizes and values of a network under test. */
export interface Sample {
  readonly tokens: number;
  readonly neurons: number;
  readonly features: number;
  readonly x: Float32Array;
  readonly dy3: Float32Array;
  readonly wIn: Float32Array;
  readonly wOut: Float32Array;
}

/** Random values; neurons of a quarter of the rows lean the same way, so that experts differ. */
export function randomSample(tokens: number, neurons: number, features: number, seed = 1): Sample {
  const clusters = randomValues(4 * features, seed + 4);
  const wIn = randomValues(neurons * features, seed).map((value, index) => {
    const cluster = Math.floor(index / features * 4 / neurons);
    return value + (clusters[cluster * features + index % features] ?? NaN);
  });
  return {
    tokens,
    neurons,
    features,
    x: randomValues(tokens * features, seed + 1),
    dy3: randomValues(tokens * features, seed + 2),
    wIn,
    wOut: randomValues(neurons * features, seed + 3),
  };
}

/** What a network computes. */
export interface FeedForwardResult {
  readonly y: Float32Array;
  readonly dx: Float32Array;
  readonly dWIn: Float32Array;
  readonly dWOut: Float32Array;
}

/** A network with the weights of a sample. */
export function layerOf(device: Device, sample: Sample, sparsity?: FeedForwardSparsity): FeedForward {
  const { neurons, features } = sample;
  const layer = createFeedForward(device, "mlp", { neurons, features, sparsity, vocabularySize: sample.tokens });
  writeParameter(device, layer.wIn, sample.wIn);
  writeParameter(device, layer.wOut, sample.wOut);
  return layer;
}

/** Key of the random numbers of networks under test. */
export const DRAW_KEY = 0x9abcdef0;

/**
 * Forward and backward pass of a network that may be prepared before, the random numbers those of a step: sparse when
 * sparsity is given.
 */
export async function runOnDevice(
  sample: Sample,
  sparsity?: FeedForwardSparsity,
  step = 0,
  device: Device = createReferenceDevice(),
  prepare: (layer: FeedForward) => Promise<void> | void = () => {},
): Promise<FeedForwardResult & { readonly layer: FeedForward; readonly device: Device }> {
  const layer = layerOf(device, sample, sparsity);
  const x = device.tensor([sample.tokens, sample.features], "f32");
  device.write(x, sample.x);
  await prepare(layer);
  refreshFeedForward(device, layer);
  const tokens = device.tensor([sample.tokens], "i32");
  device.write(tokens, Int32Array.from({ length: sample.tokens }, (_, i) => i));
  const tape = new Tape(device, device.arena());
  const input = tape.input(x);
  const draw = { key: DRAW_KEY, step: device.tensor([1], "i32") };
  device.write(draw.step, Int32Array.of(step));
  const output = sparsity === undefined
    ? denseFeedForward(tape, input, layer)
    : sparseFeedForward(tape, input, layer, { draw, tokens });
  const y = await floatsOf(device, output.value);
  const gradient = tape.tensor([sample.tokens, sample.features]);
  device.write(gradient, sample.dy3);
  tape.addGradient(output, gradient);
  tape.backward();
  if (input.gradient === undefined) throw new Error("the input has no gradient");
  return {
    y,
    dx: await floatsOf(device, input.gradient),
    dWIn: await floatsOf(device, layer.wIn.gradient),
    dWOut: await floatsOf(device, layer.wOut.gradient),
    layer,
    device,
  };
}
