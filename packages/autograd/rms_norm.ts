import type { Parameter } from "./parameter.ts";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";
import { recordRmsNorm } from "./_record_rms_norm.ts";

/**
 * Root-mean-square normalisation with gains (Zhang and Sennrich 2019).
 *
 * @param tape The tape
 * @param x [T, D]
 * @param gain [D]
 * @param epsilon Added to the mean square
 * @returns [T, D]
 *
 * @example Normalise
 * ```ts
 * import { createParameter, rmsNorm, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena());
 * const x = tape.input(device.tensor([3, 4], "f32"));
 * const y = rmsNorm(tape, x, createParameter(device, "norm", [4]), 1e-5);
 * assertEquals(y.value.shape, [3, 4]);
 * ```
 */
export function rmsNorm(tape: Tape, x: Variable, gain: Parameter, epsilon: number): Variable {
  const { kernels } = tape.device;
  const [tokens = 0] = x.value.shape;
  const y = tape.output(tape.tensor(x.value.shape));
  const inverseRms = tape.tensor([tokens], "f32");
  kernels.rmsNorm({ x: x.value, weight: gain.value, epsilon, out: y.value, inverseRms });
  recordRmsNorm(tape, { x, gain, y, inverseRms });
  return y;
}
