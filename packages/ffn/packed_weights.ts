import type { Parameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import { isRouted } from "@beyond24/recipe";
import { softThresholdScale24 } from "@beyond24/sparse24";
import type { FeedForward, PackedWeight } from "./feed_forward.ts";
import { refreshRouter } from "./router.ts";

function packedWeights({ sparse }: FeedForward): PackedWeight[] {
  return Object.values(sparse?.weights ?? {});
}

/** Writes a packed form from the current weights. Flips are counted against what it held before. */
function pack({ kernels }: Device, { parameter, format, packed, scale, flips, version }: PackedWeight): void {
  const counted = version === undefined ? {} : { flips };
  // Values of the type of the packed ones decide, so the copy that products read gives the same bits as the masters.
  const weights = parameter.share.isSharded ? parameter.value : parameter.weight;
  if (format === "2:4") kernels.select24({ x: weights, packed, ...counted });
  else kernels.softThreshold24({ weights, packed, scale, ...counted });
}

/**
 * Packs the weights whose packed form is older than they are; where all are current nothing happens. `statistics.flips`
 * grows by the mask bits that change, but for weights that were not packed before.
 *
 * Only the host knows which weights are older: inside `Device.replay` it would pack in every replay, or in none.
 *
 * @param device Where the network lives
 * @param layer A network; nothing happens to one without sparsity
 *
 * @example Pack once, not twice
 * ```ts
 * import { createFeedForward, packWeights } from "@beyond24/ffn";
 * import { writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.w1, venom: venomFormats["87.5"] };
 * const layer = createFeedForward(device, "mlp", { neurons: 4, features: 4, sparsity });
 * writeParameter(device, layer.wIn, Float32Array.from({ length: 16 }, (_, i) => i % 4));
 * packWeights(device, layer);
 * writeParameter(device, layer.wIn, Float32Array.from({ length: 16 }, (_, i) => 4 - i % 4));
 * packWeights(device, layer); // the two largest are the other two now
 * packWeights(device, layer);
 * assertEquals(await device.read(layer.statistics.flips), new Int32Array([16]));
 * ```
 */
export function packWeights(device: Device, layer: FeedForward): void {
  for (const weight of packedWeights(layer)) {
    if (weight.version === weight.parameter.version) continue;
    pack(device, weight);
    weight.version = weight.parameter.version;
  }
}

/**
 * What an optimizer can pack while it updates the weights: of every parameter the first form that has been packed
 * before.
 *
 * @param layer The network
 * @returns By parameter; empty without sparsity
 *
 * @example Both weights of the paper's plan
 * ```ts
 * import { createFeedForward, packWeights, weightPacks } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: venomFormats["87.5"] };
 * const layer = createFeedForward(device, "mlp", { neurons: 16, features: 4, sparsity });
 * packWeights(device, layer);
 * assertEquals([...weightPacks(layer).keys()], [layer.wIn, layer.wOut]);
 * ```
 */
export function weightPacks(layer: FeedForward): Map<Parameter, PackedWeight> {
  const packs = new Map<Parameter, PackedWeight>();
  for (const weight of packedWeights(layer)) {
    if (weight.version === undefined || packs.has(weight.parameter)) continue;
    packs.set(weight.parameter, weight);
  }
  return packs;
}

/**
 * What a sparse pass begins with: a router that knows the current weights, no flips counted yet, and packed weights
 * that are current ({@linkcode packWeights}).
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
 * const router = layer.sparse?.router;
 * assertEquals(router?.name === "cosine" && await device.read(router.means), new Float32Array(4).fill(0.5));
 * ```
 */
export function refreshFeedForward(device: Device, layer: FeedForward): void {
  const { sparse, statistics, wIn } = layer;
  if (sparse === undefined) return;
  if (isRouted(sparse.sparsity.plan)) refreshRouter(device, sparse.router, wIn.value);
  device.kernels.fill({ out: statistics.flips, value: 0 });
  packWeights(device, layer);
}

/**
 * Computes the frozen scale of S-STE (Hu et al. 2024, beta = ⟨w, S(w)⟩ / ⟨S(w), S(w)⟩) of every soft-thresholded
 * weight, if the configuration asks for it. Once, from the initial weights; a checkpoint keeps the result.
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
  for (const weight of packedWeights(layer)) {
    if (weight.format !== "2:4 soft") continue;
    const values = weight.parameter === layer.wIn ? weights.wIn : weights.wOut;
    weight.scale = softThresholdScale24(values, { rows: neurons, cols: features }, { axis: weight.packed.axis });
  }
}
