import type { Device } from "@beyond24/device";
import type { FeedForward } from "./feed_forward.ts";
import { packWeights } from "./pack_weights.ts";
import { refreshFeedForward } from "./refresh_feed_forward.ts";

/**
 * Prepares a network for a sparse step from its current weights: refreshes the means of the clusters and writes the packed
 * weights. Kernels only.
 *
 * @param device Where the network lives
 * @param layer A network with sparsity
 * @param options Whether `statistics.flips` counts the mask bits that changed since the last packing; not for the first one
 *
 * @example Pack
 * ```ts
 * import { createFeedForward, packFeedForward } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: venomFormats["87.5"] };
 * const layer = createFeedForward(device, "mlp", { neurons: 16, features: 4, sparsity });
 * packFeedForward(device, layer, { countFlips: false });
 * packFeedForward(device, layer, { countFlips: true });
 * assertEquals(await device.read(layer.statistics.flips), new Int32Array([0]));
 * ```
 */
export function packFeedForward(device: Device, layer: FeedForward, options: { readonly countFlips: boolean }): void {
  refreshFeedForward(device, layer);
  packWeights(device, layer, options);
}
