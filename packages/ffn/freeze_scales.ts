import { softThresholdScale24 } from "@beyond24/sparse24";
import type { FeedForward } from "./feed_forward.ts";

/**
 * Computes the frozen scale of S-STE (Hu et al. 2024, beta = ⟨w, S(w)⟩ / ⟨S(w), S(w)⟩) of every soft-thresholded weight, if
 * the configuration asks for it. Once, from the initial weights; a checkpoint keeps the result.
 *
 * @param layer The network
 * @param weights The initial weights: [F, D] each
 *
 * @example Freeze
 * ```ts
 * import { createFeedForward, freezeScales } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const sparsity = { plan: sparsityPlans.w1, venom: venomFormats["87.5"], softThresholdScale: "frozen" } as const;
 * const layer = createFeedForward(createReferenceDevice(), "mlp", { neurons: 4, features: 4, sparsity });
 * const weights = Float32Array.from({ length: 16 }, (_, i) => i % 4);
 * freezeScales(layer, { wIn: weights, wOut: weights }); // S([0, 1, 2, 3]) = [0, 0, 1, 2]
 * assertEquals(layer.sparse?.weights.y1?.scale, (2 + 6) / (1 + 4));
 * ```
 */
export function freezeScales(
  layer: FeedForward,
  weights: { readonly wIn: Float32Array; readonly wOut: Float32Array },
): void {
  if (layer.sparse?.sparsity.softThresholdScale !== "frozen") return;
  const { neurons, features } = layer;
  for (const weight of Object.values(layer.sparse.weights)) {
    if (weight.format !== "2:4 soft") continue;
    const values = weight.parameter === layer.wIn ? weights.wIn : weights.wOut;
    weight.scale = softThresholdScale24(values, { rows: neurons, cols: features }, { axis: weight.packed.axis });
  }
}
