import type { Tape, Variable } from "@beyond24/autograd";
import { isRouted } from "@beyond24/recipe";
import type { FeedForward } from "./feed_forward.ts";
import { runFeedForward } from "./_run_feed_forward.ts";
import { givenOrder, routedOrder } from "./_token_order.ts";

/**
 * The feed-forward network as its sparsity plan says (paper, algorithms 1 to 3). Weight gradients pass straight through the
 * selection of weights. The network must have been packed from its current weights ({@linkcode packFeedForward}).
 *
 * @param tape The tape
 * @param x [T, D]; T a multiple of 4 when a plan without a router selects along tokens
 * @param layer The network
 * @returns [T, D]
 * @throws {TypeError} If the network has no sparsity
 *
 * @example Route eight tokens
 * ```ts
 * import { createFeedForward, packFeedForward, sparseFeedForward } from "@beyond24/ffn";
 * import { Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 8 } } as const;
 * const layer = createFeedForward(device, "mlp", { neurons: 16, features: 4, sparsity });
 * packFeedForward(device, layer, { countFlips: false });
 * const tape = new Tape(device, device.arena());
 * const y = sparseFeedForward(tape, tape.input(device.tensor([8, 4], "f32")), layer);
 * assertEquals(y.value.shape, [8, 4]);
 * assertEquals(await device.read(layer.statistics.expertCounts), new Int32Array([8, 0])); // ties go to the first
 * ```
 */
export function sparseFeedForward(tape: Tape, x: Variable, layer: FeedForward): Variable {
  const { sparse } = layer;
  if (sparse === undefined) {
    throw new TypeError("Cannot run a sparse feed-forward network as it was created without sparsity");
  }
  const { plan } = sparse.sparsity;
  const order = isRouted(plan) ? routedOrder(tape, x.value, layer, sparse) : givenOrder(tape, x.value, layer);
  return runFeedForward(tape, x, layer, plan, sparse.weights, order);
}
