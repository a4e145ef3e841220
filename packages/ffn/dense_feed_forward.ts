import type { Tape, Variable } from "@beyond24/autograd";
import { sparsityPlans } from "@beyond24/recipe";
import type { FeedForward } from "./feed_forward.ts";
import { runFeedForward } from "./_run_feed_forward.ts";
import { givenOrder } from "./_token_order.ts";

/**
 * y = relu(x · wInᵀ)² · wOut, all six products dense (paper equations 1 to 8).
 *
 * @param tape The tape
 * @param x [T, D]
 * @param layer The network
 * @returns [T, D]
 *
 * @example One neuron
 * ```ts
 * import { createFeedForward, denseFeedForward } from "@beyond24/ffn";
 * import { Tape, writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const layer = createFeedForward(device, "mlp", { neurons: 1, features: 1 });
 * writeParameter(device, layer.wIn, new Float32Array([2]));
 * writeParameter(device, layer.wOut, new Float32Array([3]));
 * const x = device.tensor([2, 1], "f32");
 * device.write(x, new Float32Array([1, -1]));
 * const tape = new Tape(device, device.arena());
 * const y = denseFeedForward(tape, tape.input(x), layer);
 * assertEquals(await device.read(y.value), new Float32Array([12, 0]));
 * ```
 */
export function denseFeedForward(tape: Tape, x: Variable, layer: FeedForward): Variable {
  return runFeedForward(tape, x, layer, sparsityPlans.dense, {}, givenOrder(tape, x.value, layer));
}
