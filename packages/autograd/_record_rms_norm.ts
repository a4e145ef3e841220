import type { Tensor } from "@beyond24/device";
import type { Parameter } from "./parameter.ts";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

/** A normalisation that has been computed. */
export interface NormalizedRows {
  readonly x: Variable;
  readonly gain: Parameter;
  readonly y: Variable;
  /** f32 [T] */
  readonly inverseRms: Tensor;
}

/** The backward half of y = rmsNorm(x). */
export function recordRmsNorm(tape: Tape, { x, gain, y, inverseRms }: NormalizedRows): void {
  tape.record({
    outputs: [y],
    saved: [inverseRms],
    backward: () => {
      if (y.gradient === undefined) return;
      const { out: dX, accumulate } = tape.gradientTarget(x);
      const dWeight = tape.addingTarget(gain);
      tape.device.kernels.rmsNormBackward({
        x: x.value,
        weight: gain.value,
        inverseRms,
        dOut: y.gradient,
        dX,
        accumulate,
        dWeight,
      });
    },
  });
}
