import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";
import { recordAdd } from "./_record_add.ts";

/**
 * y = a + b, the residual connection. Both terms receive the gradient of the sum, without a copy.
 *
 * @param tape The tape
 * @param a First term
 * @param b Second term, of the same shape
 * @returns The sum
 *
 * @example Add
 * ```ts
 * import { add, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena());
 * const x = device.tensor([2], "f32");
 * device.write(x, new Float32Array([1, 2]));
 * const y = add(tape, tape.input(x), tape.input(x));
 * assertEquals(await device.read(y.value), new Float32Array([2, 4]));
 * ```
 */
export function add(tape: Tape, a: Variable, b: Variable): Variable {
  const y = tape.output(tape.tensor(a.value.shape));
  tape.device.kernels.add({ a: a.value, b: b.value, out: y.value });
  recordAdd(tape, y, a, b);
  return y;
}
