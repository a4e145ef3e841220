import type { Parameter } from "./parameter.ts";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

/**
 * y = x · Wᵀ without bias.
 *
 * @param tape The tape
 * @param x [T, in]
 * @param weight [out, in]
 * @returns [T, out]
 *
 * @example Multiply
 * ```ts
 * import { createParameter, linear, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena());
 * const x = tape.input(device.tensor([3, 4], "f32"));
 * const y = linear(tape, x, createParameter(device, "weight", [2, 4]));
 * assertEquals(y.value.shape, [3, 2]);
 * ```
 */
export function linear(tape: Tape, x: Variable, weight: Parameter): Variable {
  const { kernels } = tape.device;
  const [tokens = 0] = x.value.shape;
  const [outputs = 0] = weight.shape;
  const y = tape.output(tape.tensor([tokens, outputs]));
  kernels.matmul({ a: x.value, b: weight.value, transposeB: true, out: y.value });
  recordLinear(tape, x, weight, y);
  return y;
}

/** Remembers how gradients go back through y = x · Wᵀ. */
export function recordLinear(tape: Tape, x: Variable, weight: Parameter, y: Variable): void {
  const { kernels } = tape.device;
  tape.record({
    outputs: [y],
    backward: () => {
      if (y.gradient === undefined) return;
      kernels.matmul({ a: y.gradient, transposeA: true, b: x.value, ...tape.parameterTarget(weight) });
      kernels.matmul({ a: y.gradient, b: weight.value, ...tape.gradientTarget(x) });
    },
  });
}
