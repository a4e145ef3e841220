import type { Kernels } from "./kernels.ts";

/**
 * Kernels whose selections compute their `product` with `groupedMatmulNeurons` first: for back ends that do not select
 * within the product.
 *
 * @param kernels Kernels that know nothing of `product`
 * @returns The same, with two selections that do
 *
 * @example Two calls for one
 * ```ts
 * import { type Kernels, separateProducts } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const calls: string[] = [];
 * const kernels = separateProducts({
 *   groupedMatmulNeurons: () => calls.push("product"),
 *   squaredReluBackwardSelect24: () => calls.push("selection"),
 * } as unknown as Kernels);
 * const tensor = { shape: [8, 4], dtype: "f32", storage: { bytes: 128 }, offset: 0 } as const;
 * const segments = { offsets: tensor, align: 4 };
 * const relu = { format: "2:4", rows: 8, cols: 4, axis: "cols", dtype: "f32", storage: { bytes: 0 } } as const;
 * const product = { x: tensor, weights: tensor };
 * kernels.squaredReluBackwardSelect24({ dy2: tensor, product, relu, segments, neurons: tensor, tokens: tensor });
 * assertEquals(calls, ["product", "selection"]);
 * ```
 */
export function separateProducts(kernels: Kernels): Kernels {
  return {
    ...kernels,
    squaredReluSelect24({ product, ...selection }) {
      const { y1: out, segments } = selection;
      if (product) kernels.groupedMatmulNeurons({ ...product, segments, out });
      kernels.squaredReluSelect24(selection);
    },
    squaredReluBackwardSelect24({ product, ...selection }) {
      const { dy2: out, segments } = selection;
      if (product) kernels.groupedMatmulNeurons({ ...product, segments, out });
      kernels.squaredReluBackwardSelect24(selection);
    },
  };
}
