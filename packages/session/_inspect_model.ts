import type { Arena, Collectives, Tensor } from "@beyond24/device";
import type { PhaseName } from "@beyond24/recipe";
import { forwardBackward, type TokenBatch, type Transformer, transformerParameters } from "@beyond24/transformer";
import type { ModelHealth } from "./step_measurement.ts";

/** How {@linkcode inspectModel} looks. */
export interface InspectOptions {
  /** How the feed-forward networks are computed. */
  readonly mode: PhaseName;
  /** Memory of the pass. */
  readonly arena: Arena;
  /** The ranks, where each has a part of the master weights. */
  readonly sharers: Collectives | undefined;
}

/** What a batch gives under the current weights, and how large these are; gradients are overwritten. */
export async function inspectModel(
  model: Transformer,
  batch: TokenBatch,
  { mode, arena, sharers }: InspectOptions,
): Promise<ModelHealth> {
  const { device } = model;
  const parameters = transformerParameters(model);
  const norm = device.tensor([1], "f32");
  const numberOf = async (tensor: Tensor) => (await device.read(tensor))[0] ?? NaN;
  const loss = await numberOf(forwardBackward(model, batch, { mode, arena }));
  arena.reset();
  device.kernels.squaredNorm({ tensors: parameters.map(({ gradient }) => gradient), out: norm });
  const gradientNorm = Math.sqrt(await numberOf(norm));
  device.kernels.squaredNorm({ tensors: parameters.map(({ weight }) => weight), out: norm });
  const squares = await numberOf(norm);
  const weightNorm = Math.sqrt((await sharers?.sum([squares]))?.[0] ?? squares);
  device.free(norm);
  return { loss, gradientNorm, weightNorm };
}
