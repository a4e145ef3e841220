import type { Parameter } from "./parameter.ts";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";
import { recordAdd } from "./_record_add.ts";
import { recordRmsNorm } from "./_record_rms_norm.ts";

/** A residual connection and its normalised sum. */
export interface NormalizedSum {
  /** a + b. */
  readonly sum: Variable;
  /** rmsNorm(a + b). */
  readonly normed: Variable;
}

/**
 * The residual connection a + b and its root-mean-square normalisation: what `add` and `rmsNorm` give, in one pass over
 * the tokens on a device that can.
 *
 * @param tape The tape
 * @param a First term: [T, D]
 * @param b Second term: [T, D]
 * @param gain [D]
 * @param epsilon Added to the mean square
 * @returns The sum and the normalised sum
 *
 * @example Equal to the two functions
 * ```ts
 * import { add, addRmsNorm, createParameter, rmsNorm, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena());
 * const x = device.tensor([1, 2], "f32");
 * device.write(x, new Float32Array([3, -4]));
 * const [a, b, gain] = [tape.input(x), tape.input(x), createParameter(device, "norm", [2])];
 * const { sum, normed } = addRmsNorm(tape, a, b, gain, 1e-5);
 * assertEquals(await device.read(sum.value), new Float32Array([6, -8]));
 * assertEquals(await device.read(normed.value), await device.read(rmsNorm(tape, add(tape, a, b), gain, 1e-5).value));
 * ```
 */
export function addRmsNorm(tape: Tape, a: Variable, b: Variable, gain: Parameter, epsilon: number): NormalizedSum {
  const { shape } = a.value;
  const [sum, normed] = [tape.output(tape.tensor(shape)), tape.output(tape.tensor(shape))];
  const inverseRms = tape.tensor([shape[0] ?? 0], "f32");
  tape.device.kernels.rmsNorm({
    x: a.value,
    residual: { addend: b.value, sum: sum.value },
    weight: gain.value,
    epsilon,
    out: normed.value,
    inverseRms,
  });
  recordAdd(tape, sum, a, b);
  recordRmsNorm(tape, { x: sum, gain, y: normed, inverseRms });
  return { sum, normed };
}
