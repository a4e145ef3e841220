/** Who chooses the clusters of a token; see {@linkcode routers}. */
export type RouterName = "cosine" | "probe" | "energy" | "token";

/** Sizes of a network that a router serves. */
export interface RouterSizes {
  /** D. */
  readonly features: number;
  /** F. */
  readonly neurons: number;
  /** E: clusters. */
  readonly experts: number;
}

/** What is known of a router. */
export interface Router {
  /** How it chooses, in one sentence. */
  readonly sentence: string;
  /** FLOPs of its choice for one token, beside the six products. */
  readonly flops: (sizes: RouterSizes) => number;
  /** Whether it computes y1 of all neurons, so that the product y1 is executed in full. */
  readonly needsAllNeurons: boolean;
  /** Whether it knows energies, and with them the share that the chosen clusters hold. */
  readonly knowsEnergy: boolean;
  /** Whether it chooses by the number of a token, and keeps a table with a row for each of the vocabulary. */
  readonly needsTokens: boolean;
}

/** One neuron of this many is a probe of its cluster. */
const NEURONS_A_PROBE = 8;

/**
 * Probes of each cluster: the neurons from which the router `probe` predicts the energy of all of them.
 *
 * @param sizes Sizes of the network
 * @returns P, at least one: an eighth of the neurons of a cluster
 *
 * @example Sixteen clusters of 512 neurons
 * ```ts
 * import { probesPerCluster } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(probesPerCluster({ features: 2048, neurons: 8192, experts: 16 }), 64);
 * ```
 */
export function probesPerCluster({ neurons, experts }: RouterSizes): number {
  return Math.max(1, Math.floor(neurons / experts / NEURONS_A_PROBE));
}

/**
 * The routers by name.
 *
 * @example Count the work of sixteen clusters
 * ```ts
 * import { routers } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const sizes = { features: 2048, neurons: 8192, experts: 16 };
 * assertEquals(routers.cosine.flops(sizes), 65_536);
 * assertEquals(routers.probe.flops(sizes), 4_194_304);
 * assertEquals(routers.energy.flops(sizes), 0); // it reads y1, of which then all is computed
 * ```
 */
export const routers: Readonly<Record<RouterName, Router>> = {
  cosine: {
    sentence: "The clusters whose mean input weights have the largest cosine with the token",
    flops: ({ features, experts }) => 2 * features * experts,
    needsAllNeurons: false,
    knowsEnergy: false,
    needsTokens: false,
  },
  probe: {
    sentence: "The clusters whose probes, an eighth of their neurons, have the most activation energy for the token",
    flops: (sizes) => 2 * sizes.features * sizes.experts * probesPerCluster(sizes),
    needsAllNeurons: false,
    knowsEnergy: true,
    needsTokens: false,
  },
  energy: {
    sentence: "The clusters whose neurons, all of them, have the most activation energy for the token",
    flops: () => 0,
    needsAllNeurons: true,
    knowsEnergy: true,
    needsTokens: false,
  },
  token: {
    sentence: "The clusters that had the most activation energy for this token of the vocabulary when they were made",
    flops: () => 0,
    needsAllNeurons: false,
    knowsEnergy: false,
    needsTokens: true,
  },
};
