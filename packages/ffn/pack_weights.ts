import type { Parameter } from "@beyond24/autograd";
import type { AdamWPack, Device } from "@beyond24/device";
import type { FeedForward } from "./feed_forward.ts";

/** How {@linkcode packWeights} packs. */
export interface PackWeightsOptions {
  /** Whether the mask bits that changed since the last packing are added to `statistics.flips`; not for the first one. */
  readonly countFlips: boolean;
  /** What the optimizer has packed already ({@linkcode weightPacks}). Default: nothing. */
  readonly except?: ReadonlyMap<Parameter, AdamWPack>;
}

/**
 * Writes the packed weights of a network from its current weights. Kernels only.
 *
 * @param device Where the network lives
 * @param layer A network; nothing happens to one without sparsity
 * @param options Flips, and what is left out
 *
 * @example Pack what an optimizer would leave over
 * ```ts
 * import { createFeedForward, packWeights, weightPacks } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans, venomFormats } from "@beyond24/recipe";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans["w1-w1t"], venom: venomFormats["87.5"] };
 * const layer = createFeedForward(device, "mlp", { neurons: 16, features: 4, sparsity });
 * packWeights(device, layer, { countFlips: false }); // wIn along both of its axes
 * packWeights(device, layer, { countFlips: true, except: weightPacks(layer) }); // along one of them
 * ```
 */
export function packWeights(device: Device, layer: FeedForward, options: PackWeightsOptions): void {
  const { kernels } = device;
  const { countFlips, except } = options;
  const flips = countFlips ? { flips: layer.statistics.flips } : {};
  for (const { parameter, format, packed, scale } of Object.values(layer.sparse?.weights ?? {})) {
    if (except?.get(parameter)?.packed === packed) continue;
    if (format === "2:4") kernels.select24({ x: parameter.value, packed });
    else kernels.softThreshold24({ weights: parameter.weight, packed, scale, ...flips });
  }
}
