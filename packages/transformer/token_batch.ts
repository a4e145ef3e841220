import { type Device, elementCount, type Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/** Sequences of a micro-batch, on the host; a `Batch` of `@beyond24/data` is one. */
export interface HostBatch {
  /** Input tokens, row-major [B, S]. */
  readonly inputs: Int32Array;
  /** The token after every input token, same shape; -1 where none counts. */
  readonly targets: Int32Array;
}

/** The same on a device; {@linkcode writeTokenBatch} writes it. */
export interface TokenBatch {
  /** Token numbers: i32 [B, S], S at most the model's sequence length. */
  readonly tokens: Tensor;
  /** The next token of every position: i32 [B, S]; -1 counts nothing. */
  readonly targets: Tensor;
  /** f32 [1]: all targets by those that count, so that a loss is the mean over those that count. */
  readonly factor: Tensor;
}

/**
 * Allocates a batch: tokens and targets 0, all of which count.
 *
 * @param device Where it lives
 * @param sequences B
 * @param sequenceLength S
 * @returns The batch; {@linkcode freeTokenBatch} frees it
 *
 * @example Two sequences of four tokens
 * ```ts
 * import { createTokenBatch } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const { tokens, factor } = createTokenBatch(createReferenceDevice(), 2, 4);
 * assertEquals([tokens.shape, factor.shape], [[2, 4], [1]]);
 * ```
 */
export function createTokenBatch(device: Device, sequences: number, sequenceLength: number): TokenBatch {
  const shape = [sequences, sequenceLength];
  const factor = device.tensor([1], "f32");
  device.write(factor, Float32Array.of(1));
  return { tokens: device.tensor(shape, "i32"), targets: device.tensor(shape, "i32"), factor };
}

/**
 * Frees a batch.
 *
 * @param device Where it lives
 * @param batch The batch
 *
 * @example Nothing is left
 * ```ts
 * import { createTokenBatch, freeTokenBatch } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * freeTokenBatch(device, createTokenBatch(device, 2, 4));
 * assertEquals(device.liveBytes, 0);
 * ```
 */
export function freeTokenBatch(device: Device, batch: TokenBatch): void {
  for (const tensor of [batch.tokens, batch.targets, batch.factor]) device.free(tensor);
}

/**
 * Copies tokens to the device of a model, after a look at each: no kernel sees a token that the model has no embedding
 * for.
 *
 * @param model The model
 * @param tokens i32, where they go
 * @param values The tokens, as many
 * @throws {RangeError} If a token is outside of the vocabulary; it is named
 * @throws {TypeError} If there are more or fewer than the tensor takes
 *
 * @example A token that the model does not know
 * ```ts
 * import { createTransformer, writeTokens } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertThrows } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * const tokens = model.device.tensor([1, 3], "i32");
 * assertThrows(() => writeTokens(model, tokens, Int32Array.of(72, 300, 33)), RangeError, "current value is 300, token 1");
 * ```
 */
export function writeTokens(model: Transformer, tokens: Tensor, values: Int32Array): void {
  checkTokens(model, values, "token", 0);
  model.device.write(tokens, values);
}

/**
 * How many targets of a batch count, after a look at each of its tokens.
 *
 * @param model The model
 * @param batch Inputs and targets
 * @returns The number of targets that are not -1
 * @throws {RangeError} If an input or target is outside of the vocabulary; it is named
 *
 * @example One of three
 * ```ts
 * import { countTargets, createTransformer } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * assertEquals(countTargets(model, { inputs: Int32Array.of(1, 2, 3), targets: Int32Array.of(-1, 3, -1) }), 1);
 * ```
 */
export function countTargets(model: Transformer, { inputs, targets }: HostBatch): number {
  checkTokens(model, inputs, "token", 0);
  checkTokens(model, targets, "target", -1);
  return targets.reduce((count, target) => count + Number(target !== -1), 0);
}

/**
 * Copies a batch to the device of a model. A loss over it is the mean over the targets that count; over the
 * micro-batches of a step it is the mean over all that count in the step, when each is written with their share in it.
 *
 * @param model The model
 * @param batch Where it goes
 * @param host What is copied
 * @param counted What the losses of the batch are divided by: the targets that count in a micro-batch in the mean of a
 * step. Default: those of this batch
 * @throws {RangeError} If a token is outside of the vocabulary, or no target counts
 * @throws {TypeError} If there are more or fewer tokens than the batch takes
 *
 * @example Half of the targets count
 * ```ts
 * import { createTokenBatch, createTransformer, writeTokenBatch } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * const batch = createTokenBatch(model.device, 1, 4);
 * writeTokenBatch(model, batch, { inputs: Int32Array.of(1, 2, 3, 4), targets: Int32Array.of(-1, -1, 4, 5) });
 * assertEquals(await model.device.read(batch.factor), Float32Array.of(2));
 * ```
 */
export function writeTokenBatch(
  model: Transformer,
  batch: TokenBatch,
  host: HostBatch,
  counted: number = countTargets(model, host),
): void {
  const { device } = model;
  const positions = elementCount(batch.targets.shape);
  if (!(counted > 0)) {
    throw new RangeError(
      `Cannot compute a loss as none of the ${positions} targets counts: current value is -1 for all of them`,
    );
  }
  device.write(batch.tokens, host.inputs);
  device.write(batch.targets, host.targets);
  device.write(batch.factor, Float32Array.of(positions / counted));
}

function checkTokens({ config }: Transformer, values: Int32Array, what: string, least: number): void {
  const { tokens: vocabularySize = config.shape.vocabularySize } = config;
  const place = values.findIndex((token) => token < least || token >= vocabularySize);
  if (place < 0) return;
  throw new RangeError(
    `Cannot use a ${what} outside of the model's vocabulary, ${least} to ${vocabularySize - 1}: ` +
      `current value is ${values[place]}, ${what} ${place} of ${values.length}`,
  );
}
