import type { Parameter } from "@beyond24/autograd";
import type { AdamWPack } from "@beyond24/device";
import type { FeedForward } from "./feed_forward.ts";

/**
 * What an optimizer can pack while it updates the weights: the first soft-thresholded form of every parameter.
 *
 * @param layer The network
 * @returns By parameter; empty without sparsity
 *
 * @example Both weights of the paper's plan
 * ```ts
 * import { createFeedForward, weightPacks } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const sparsity = { plan: sparsityPlans.paper, venom: venomFormats["87.5"] };
 * const layer = createFeedForward(createReferenceDevice(), "mlp", { neurons: 16, features: 4, sparsity });
 * assertEquals([...weightPacks(layer).keys()], [layer.wIn, layer.wOut]);
 * ```
 */
export function weightPacks({ sparse, statistics: { flips } }: FeedForward): Map<Parameter, AdamWPack> {
  const packs = new Map<Parameter, AdamWPack>();
  for (const { parameter, format, packed, scale } of Object.values(sparse?.weights ?? {})) {
    if (format === "2:4 soft" && !packs.has(parameter)) packs.set(parameter, { packed, scale, flips });
  }
  return packs;
}
