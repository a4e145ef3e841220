/** Who chooses the clusters of a token; see {@linkcode routers}. */
export type RouterName = "cosine";

/** What is known of a router. */
export interface Router {
  /** How it chooses, in one sentence. */
  readonly sentence: string;
  /** FLOPs of its choice for one token. */
  readonly flops: (sizes: { readonly features: number; readonly experts: number }) => number;
}

/**
 * The routers by name.
 *
 * @example Count the work of sixteen clusters
 * ```ts
 * import { routers } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(routers.cosine.flops({ features: 2048, experts: 16 }), 65_536);
 * ```
 */
export const routers: Readonly<Record<RouterName, Router>> = {
  cosine: {
    sentence: "The clusters whose mean input weights have the largest cosine with the token",
    flops: ({ features, experts }) => 2 * features * experts,
  },
};
