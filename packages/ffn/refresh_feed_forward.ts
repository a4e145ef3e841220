import type { Device } from "@beyond24/device";
import { isRouted } from "@beyond24/recipe";
import type { FeedForward } from "./feed_forward.ts";

/**
 * What every sparse step begins with besides current packed weights: the means of the clusters from the current weights, and
 * no flips counted yet. Kernels only.
 *
 * @param device Where the network lives
 * @param layer A network; nothing happens to one without sparsity
 *
 * @example The mean of equal neurons has their direction
 * ```ts
 * import { createFeedForward, refreshFeedForward } from "@beyond24/ffn";
 * import { writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 4 } } as const;
 * const layer = createFeedForward(device, "mlp", { neurons: 4, features: 4, sparsity });
 * writeParameter(device, layer.wIn, new Float32Array(16).fill(3));
 * refreshFeedForward(device, layer);
 * assertEquals(layer.sparse && await device.read(layer.sparse.means), new Float32Array(4).fill(0.5));
 * ```
 */
export function refreshFeedForward(device: Device, layer: FeedForward): void {
  const { sparse, statistics, wIn } = layer;
  if (sparse === undefined) return;
  const { kernels } = device;
  if (isRouted(sparse.sparsity.plan)) kernels.clusterMeans({ weights: wIn.value, means: sparse.means });
  kernels.fill({ out: statistics.flips, value: 0 });
}
