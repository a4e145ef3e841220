import type { Transformer } from "./transformer.ts";

/**
 * Says which step the next passes belong to, so that those of a plan that selects without bias draw the random numbers
 * of that step. The number goes to the device: call it where passes are replayed (`Device.replay`), too, and outside of
 * what is replayed. Without it all passes draw those of step 0.
 *
 * @param model The model
 * @param step Index of the step, from 0
 * @throws {RangeError} If the step is not a whole number below 2^31
 *
 * @example The seventh step
 * ```ts
 * import { createTransformer, setStep } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: modelPresets.tiny }, 1);
 * setStep(model, 6);
 * assertEquals(await device.read(model.draws.step), new Int32Array([6]));
 * ```
 */
export function setStep({ device, draws }: Transformer, step: number): void {
  if (!Number.isSafeInteger(step) || step < 0 || step >= 2 ** 31) {
    throw new RangeError(`Cannot set the step as it must be an integer from 0 to 2^31 - 1: current value is ${step}`);
  }
  device.write(draws.step, Int32Array.of(step));
}
