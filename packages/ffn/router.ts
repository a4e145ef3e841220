import type { Tape } from "@beyond24/autograd";
import { type Device, isPacked24, type Operand, type Tensor } from "@beyond24/device";
import { probesPerCluster, type RouterName } from "@beyond24/recipe";
import type { RoutingSizes } from "./feed_forward_sparsity.ts";
import { createTokenRouter, type TokenRouter } from "./token_router.ts";

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

/**
 * The router `energy`: it computes y1 of all neurons, once for itself and for the network, and compares their energy.
 */
export interface EnergyRouter {
  /** Which router it is. */
  readonly name: "energy";
}

/** Chooses the clusters of a token. */
export type FeedForwardRouter = CosineRouter | ProbeRouter | EnergyRouter | TokenRouter;

/** What {@linkcode createRouter} is told. */
export interface RouterOptions extends RoutingSizes {
  /** Tokens of the vocabulary, for a router that chooses by token. */
  readonly vocabularySize: number;
}

/** Allocates a router for clusters of the rows of `wIn` [F, D]. */
export function createRouter(
  device: Device,
  name: RouterName,
  wIn: Tensor,
  { experts, expertsPerToken, vocabularySize }: RouterOptions,
): FeedForwardRouter {
  const [neurons = 0, features = 0] = wIn.shape;
  if (name === "energy") return { name };
  if (name === "cosine") return { name, means: device.tensor([experts, features], "f32") };
  if (name === "token") return createTokenRouter(device, { vocabularySize, experts, expertsPerToken });
  const count = probesPerCluster({ features, neurons, experts });
  const width = neurons / experts;
  const indices = device.tensor([experts * count], "i32");
  device.write(
    indices,
    Int32Array.from({ length: experts * count }, (_, i) => Math.floor(i / count) * width + i % count),
  );
  return { name, neurons: indices, probes: device.tensor([experts * count, features], wIn.dtype) };
}

function tensorsOf(router: FeedForwardRouter): readonly Tensor[] {
  if (router.name === "energy") return [];
  if (router.name === "cosine") return [router.means];
  return router.name === "token" ? [router.scores, router.directions] : [router.neurons, router.probes];
}

/** Frees a router. */
export function disposeRouter(device: Device, router: FeedForwardRouter): void {
  for (const tensor of tensorsOf(router)) device.free(tensor);
}

/** Makes a router know the current weights [F, D]. */
export function refreshRouter(device: Device, router: FeedForwardRouter, wIn: Tensor): void {
  if (router.name === "cosine") device.kernels.clusterMeans({ weights: wIn, means: router.means });
  if (router.name === "probe") device.kernels.gatherRows({ x: wIn, order: router.neurons, out: router.probes });
}

/** What {@linkcode chooseExperts} chooses by, and where it says how well. */
export interface RouterInputs {
  /** E. */
  readonly clusters: number;
  /** Input weights as the product y1 reads them: [F, D]. */
  readonly wIn: Operand;
  /** The numbers of the tokens: i32 [T]; a router that chooses by token needs them. */
  readonly tokens: Tensor | undefined;
  /**
   * Result where the router knows energies: f32 [1], the part of a token's energy that its clusters hold, in the mean.
   */
  readonly share: Tensor;
}

/**
 * The clusters of every token.
 *
 * @param tape The tape, for memory of the step
 * @param router The router, refreshed
 * @param x Tokens [T, D]
 * @param experts Result: i32 [T, k]
 * @param inputs Clusters, weights and numbers of tokens
 * @returns y1 of all neurons [T, F], where the router has computed that; it belongs to the caller
 * @throws {TypeError} If the router chooses by token and there are no numbers of tokens
 */
export function chooseExperts(
  tape: Tape,
  router: FeedForwardRouter,
  x: Tensor,
  experts: Tensor,
  inputs: RouterInputs,
): Tensor | undefined {
  const { kernels } = tape.device;
  if (router.name === "cosine") {
    kernels.routeTokens({ x, means: router.means, experts });
    return undefined;
  }
  if (router.name === "token") return lookUp(tape, router, experts, inputs);
  const { clusters, share, wIn } = inputs;
  const [tokens = 0] = x.shape;
  const weights = router.name === "probe" ? router.probes : wIn;
  const y = tape.tensor([tokens, rowsOf(weights)]);
  const shares = tape.tensor([tokens], "f32");
  kernels.routeEnergies({ product: { tokens: x, weights }, y, clusters, experts, share: shares });
  kernels.sum({ x: shares, scale: 1 / tokens, out: share });
  tape.arena.recycle(shares);
  if (router.name === "energy") return y;
  tape.arena.recycle(y);
  return undefined;
}

/** The rows of the table, of which the largest columns are the clusters. */
function lookUp(tape: Tape, router: TokenRouter, experts: Tensor, { tokens, clusters }: RouterInputs): undefined {
  if (tokens === undefined) {
    throw new TypeError("Cannot run a sparse feed-forward network as its router chooses by token: pass tokens");
  }
  const { kernels } = tape.device;
  const scores = tape.tensor([experts.shape[0] ?? 0, clusters], "f32");
  kernels.gatherRows({ x: router.scores, order: tokens, out: scores });
  kernels.routeTokens({ x: scores, means: router.directions, experts });
  tape.arena.recycle(scores);
}

function rowsOf(operand: Operand): number {
  return isPacked24(operand) ? operand.rows : operand.shape[0] ?? 0;
}
