import type { Tape } from "@beyond24/autograd";
import type { Device, Tensor } from "@beyond24/device";
import { probesPerCluster, type RouterName } from "@beyond24/recipe";
import type { RoutingSizes } from "./feed_forward_sparsity.ts";

/** The router `cosine`: it compares a token with the means of the clusters. */
export interface CosineRouter {
  /** Which router it is. */
  readonly name: "cosine";
  /** Unit-length means of the clusters, refreshed at the start of every sparse step: f32 [E, D]. */
  readonly means: Tensor;
}

/** The router `probe`: it computes an eighth of the neurons of every cluster, and compares their energy. */
export interface ProbeRouter {
  /** Which router it is. */
  readonly name: "probe";
  /** The neurons that are probes, the first of every cluster: i32 [E · P]. */
  readonly neurons: Tensor;
  /** Their input weights, refreshed at the start of every sparse step: [E · P, D]. */
  readonly probes: Tensor;
}

/** Chooses the clusters of a token. */
export type FeedForwardRouter = CosineRouter | ProbeRouter;

/** Allocates a router for clusters of the rows of `wIn` [F, D]. */
export function createRouter(
  device: Device,
  name: RouterName,
  wIn: Tensor,
  { experts }: RoutingSizes,
): FeedForwardRouter {
  const [neurons = 0, features = 0] = wIn.shape;
  if (name === "cosine") return { name, means: device.tensor([experts, features], "f32") };
  const count = probesPerCluster({ features, neurons, experts });
  const width = neurons / experts;
  const indices = device.tensor([experts * count], "i32");
  device.write(
    indices,
    Int32Array.from({ length: experts * count }, (_, i) => Math.floor(i / count) * width + i % count),
  );
  return { name, neurons: indices, probes: device.tensor([experts * count, features], wIn.dtype) };
}

/** Frees a router. */
export function disposeRouter(device: Device, router: FeedForwardRouter): void {
  const tensors = router.name === "cosine" ? [router.means] : [router.neurons, router.probes];
  for (const tensor of tensors) device.free(tensor);
}

/** Makes a router know the current weights [F, D]. */
export function refreshRouter(device: Device, router: FeedForwardRouter, wIn: Tensor): void {
  if (router.name === "cosine") return device.kernels.clusterMeans({ weights: wIn, means: router.means });
  device.kernels.gatherRows({ x: wIn, order: router.neurons, out: router.probes });
}

/**
 * The clusters of every token.
 *
 * @param tape The tape, for memory of the step
 * @param router The router, refreshed
 * @param x Tokens [T, D]
 * @param experts Result: i32 [T, k]
 * @param clusters E
 * @param share Result where the router knows energies: f32 [1], the part of a token's energy that its clusters hold, in
 * the mean
 */
export function chooseExperts(
  tape: Tape,
  router: FeedForwardRouter,
  x: Tensor,
  experts: Tensor,
  { clusters, share }: { readonly clusters: number; readonly share: Tensor },
): void {
  const { kernels } = tape.device;
  if (router.name === "cosine") return kernels.routeTokens({ x, means: router.means, experts });
  const [tokens = 0] = x.shape;
  const [probes = 0] = router.probes.shape;
  const y = tape.tensor([tokens, probes]);
  const shares = tape.tensor([tokens], "f32");
  kernels.matmul({ a: x, b: router.probes, transposeB: true, out: y });
  kernels.routeEnergies({ y, clusters, experts, share: shares });
  kernels.sum({ x: shares, scale: 1 / tokens, out: share });
  for (const tensor of [y, shares]) tape.arena.recycle(tensor);
}
