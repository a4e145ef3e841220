import { type Parameter, writeParameter } from "@beyond24/autograd";
import { freezeScales } from "@beyond24/ffn";
import {
  type Transformer,
  type TransformerCheckpointState,
  transformerParameters,
  writeTransformerState,
} from "@beyond24/transformer";
import type { TensorSource } from "./tensor_source.ts";

/** A saved model: its weights, and what of it is no weight. */
export interface SavedModel {
  /** State besides the weights. */
  readonly transformer: TransformerCheckpointState;
  /** Weights. */
  readonly model: TensorSource;
}

/**
 * Gives a model the weights and the state that were saved, the copies that products read included.
 *
 * @param model The model, created with the sizes of the saved one
 * @param saved Weights and state
 * @throws {TypeError} If a weight is missing or of another type or shape, or the state is of another model
 *
 * @example Write what was read
 * ```ts
 * import { restoreModel } from "@beyond24/session";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { createTransformer, readTransformerState } from "@beyond24/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: { ...modelPresets.tiny, layers: 1 } }, 1);
 * const ones = (_: string, shape: readonly number[]) =>
 *   Promise.resolve(new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(1));
 * await restoreModel(model, { transformer: readTransformerState(model), model: { read: ones } });
 * assertEquals((await device.read(model.head.value))[0], 1);
 * ```
 */
export async function restoreModel(model: Transformer, { transformer, model: weights }: SavedModel): Promise<void> {
  await writeWeights(model, weights);
  writeTransformerState(model, transformer);
}

/**
 * Lets a model begin with weights of another run instead of those that were drawn. Whatever is computed once from the
 * initial weights is computed from them, and no neuron is clustered.
 *
 * @param model The model, as it was created
 * @param weights The weights
 * @throws {TypeError} If a weight is missing or of another type or shape
 *
 * @example Begin with ones
 * ```ts
 * import { beginModel } from "@beyond24/session";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { createTransformer } from "@beyond24/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: { ...modelPresets.tiny, layers: 1 } }, 1);
 * const ones = (_: string, shape: readonly number[]) =>
 *   Promise.resolve(new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(1));
 * await beginModel(model, { read: ones });
 * assertEquals((await device.read(model.head.weight))[0], 1);
 * ```
 */
export async function beginModel(model: Transformer, weights: TensorSource): Promise<void> {
  await writeWeights(model, weights);
  const read = async ({ name, shape }: Parameter) => Float32Array.from(await weights.read(name, shape));
  for (const { feedForward } of model.layers) {
    const { wIn, wOut, sparse } = feedForward;
    if (sparse?.sparsity.softThresholdScale !== "frozen") continue;
    freezeScales(feedForward, { wIn: await read(wIn), wOut: await read(wOut) });
  }
}

async function writeWeights(model: Transformer, weights: TensorSource): Promise<void> {
  for (const parameter of transformerParameters(model)) {
    writeParameter(model.device, parameter, await weights.read(parameter.name, parameter.shape));
  }
}
