import { freeParameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import type { FeedForward } from "./feed_forward.ts";

/**
 * Frees a feed-forward network.
 *
 * @param device Where it lives
 * @param layer The network, unusable afterwards
 *
 * @example Free
 * ```ts
 * import { createFeedForward, disposeFeedForward } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * disposeFeedForward(device, createFeedForward(device, "mlp", { neurons: 16, features: 4 }));
 * assertEquals(device.liveBytes, 0);
 * ```
 */
export function disposeFeedForward(device: Device, layer: FeedForward): void {
  const { wIn, wOut, sparse, statistics } = layer;
  for (const parameter of [wIn, wOut]) freeParameter(device, parameter);
  for (const tensor of [statistics.expertCounts, statistics.flips, statistics.nonzero]) device.free(tensor);
  if (sparse === undefined) return;
  device.free(sparse.means);
  for (const { packed } of Object.values(sparse.weights)) device.free(packed);
}
