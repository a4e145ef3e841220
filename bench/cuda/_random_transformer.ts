import { createParameter, type Parameter } from "@beyond24/autograd";
import { type Device, elementCount, reshape, rowRange, type Tensor } from "@beyond24/device";
import { createFeedForward } from "@beyond24/ffn";
import type { Transformer, TransformerConfig, TransformerLayer } from "@beyond24/transformer";

/** A prime, so that rows of a weight are never equal to each other. */
const POOL = 4_194_301;

/**
 * A model with random weights of the usual size, made on the device: drawing 1.5e9 normal numbers on the host takes longer
 * than the benchmark. The numbers repeat after {@linkcode POOL}, which no kernel's time depends on.
 */
export function randomTransformer(device: Device, config: TransformerConfig): Transformer {
  const { layers, dModel, dFfn, heads, kvHeads, headDim, vocabularySize, sequenceLength } = config.shape;
  const pool = device.tensor([POOL], "f32");
  device.write(pool, normalNumbers(POOL, 0.02));
  let next = 0;
  const randomise = (parameter: Parameter): Parameter => {
    next = fillFrom(device, parameter, pool, next);
    return parameter;
  };
  const matrix = (name: string, rows: number, cols: number) => randomise(createParameter(device, name, [rows, cols]));
  const gain = (name: string) => {
    const parameter = createParameter(device, name, [dModel], { decay: false, storage: "master" });
    device.kernels.fill({ out: parameter.weight, value: 1 });
    return parameter;
  };
  const layer = (index: number): TransformerLayer => {
    const feedForward = createFeedForward(device, `${index}.mlp`, {
      neurons: dFfn,
      features: dModel,
      sparsity: config.sparsity,
    });
    randomise(feedForward.wIn);
    randomise(feedForward.wOut);
    return {
      attentionNorm: gain(`${index}.attention_norm`),
      attention: {
        query: matrix(`${index}.q`, heads * headDim, dModel),
        key: matrix(`${index}.k`, kvHeads * headDim, dModel),
        value: matrix(`${index}.v`, kvHeads * headDim, dModel),
        output: matrix(`${index}.o`, dModel, heads * headDim),
      },
      feedForwardNorm: gain(`${index}.feed_forward_norm`),
      feedForward,
    };
  };
  const angles = rotaryAngles(sequenceLength, headDim);
  const table = (values: Float32Array) => {
    const tensor = device.tensor([sequenceLength, headDim / 2], "f32");
    device.write(tensor, values);
    return tensor;
  };
  return {
    device,
    config,
    embedding: matrix("embedding", vocabularySize, dModel),
    layers: Array.from({ length: layers }, (_, index) => layer(index)),
    norm: gain("norm"),
    head: matrix("head", vocabularySize, dModel),
    cosines: table(angles.map(Math.cos)),
    sines: table(angles.map(Math.sin)),
    loss: device.tensor([1], "f32"),
    // Random neurons are as good in one cluster as in another.
    state: { clustered: true, sparseReady: false },
  };
}

/** Copies numbers of the pool, from `start` on and round and round; tells where it stopped. */
function fillFrom(device: Device, { weight, value }: Parameter, pool: Tensor, start: number): number {
  const count = elementCount(weight.shape);
  const flat = reshape(weight, [count]);
  let position = start;
  for (let done = 0; done < count;) {
    const length = Math.min(POOL - position, count - done);
    const out = rowRange(flat, done, done + length);
    device.kernels.copy({ x: rowRange(pool, position, position + length), out });
    done += length;
    position = (position + length) % POOL;
  }
  if (value !== weight) device.kernels.copy({ x: weight, out: value });
  return position;
}

function normalNumbers(count: number, deviation: number): Float32Array {
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return Float32Array.from(
    { length: count },
    () => deviation * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

function rotaryAngles(positions: number, headDim: number): Float32Array {
  const half = headDim / 2;
  return Float32Array.from(
    { length: positions * half },
    (_, index) => Math.floor(index / half) * 500_000 ** (-2 * (index % half) / headDim),
  );
}
