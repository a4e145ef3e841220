import type { Tensor } from "@beyond24/device";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

/** Angles of the rotary embedding. */
export interface RotaryAngles {
  /** Cosines: f32 [S, headDim / 2]. */
  readonly cosines: Tensor;
  /** Sines: f32 [S, headDim / 2]. */
  readonly sines: Tensor;
}

/**
 * Rotary position embedding, half-rotation form, *in place*: the value of `x` is rotated, and its gradient is rotated
 * back. The function that made `x` must not read its own result in its backward half ({@linkcode linear} does not).
 *
 * @param tape The tape
 * @param x [B · S, heads · headDim]
 * @param heads Heads in a row
 * @param angles Tables for S positions
 *
 * @example Rotate by zero
 * ```ts
 * import { rope, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena());
 * const [x, cosines, sines] = [[1, 2], [1, 1], [1, 1]].map((shape) => device.tensor(shape, "f32"));
 * if (x === undefined || cosines === undefined || sines === undefined) throw new Error("unreachable");
 * device.write(x, new Float32Array([3, 4]));
 * device.write(cosines, new Float32Array([1]));
 * rope(tape, tape.input(x), 1, { cosines, sines });
 * assertEquals(await device.read(x), new Float32Array([3, 4]));
 * ```
 */
export function rope(tape: Tape, x: Variable, heads: number, angles: RotaryAngles): void {
  const { kernels } = tape.device;
  const { cosines, sines } = angles;
  kernels.rope({ x: x.value, out: x.value, heads, cosines, sines });
  tape.record({
    outputs: [],
    backward: () => {
      if (x.gradient === undefined) return;
      const { out } = tape.gradientTarget(x);
      kernels.rope({ x: out, out, heads, cosines, sines, inverse: true });
    },
  });
}
