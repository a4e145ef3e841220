/**
 * Layers whose feed-forward network is sparse in a sparse step: all but the first ones, which may stay dense.
 *
 * @param layers Layers of the model
 * @param denseLayers First layers that stay dense. Default: 0
 * @returns The number of the others, 0 to `layers`
 * @throws {RangeError} If `denseLayers` is no integer from 0 to `layers`
 *
 * @example Two of twelve stay dense
 * ```ts
 * import { sparseLayers } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sparseLayers(12, 2), 10);
 * ```
 */
export function sparseLayers(layers: number, denseLayers = 0): number {
  if (Number.isInteger(denseLayers) && denseLayers >= 0 && denseLayers <= layers) return layers - denseLayers;
  throw new RangeError(
    `Cannot count sparse layers as denseLayers must be an integer from 0 to layers, ${layers}: current value is ` +
      `${denseLayers}`,
  );
}
