import type { Kernels } from "./kernels.ts";

/**
 * Kernels that do one after the other what their arguments let a device do in one pass: products beside each other, a
 * product in front of an activation or a router, tokens that a cache remembers before they attend to it. For back ends
 * that have no such pass.
 *
 * @param kernels Kernels that know nothing of these arguments
 * @returns The same, with four that do
 *
 * @example Three calls for one
 * ```ts
 * import { type Kernels, type MatmulArguments, separatePasses } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const widths: unknown[] = [];
 * const note = ({ out }: MatmulArguments) => widths.push(out.shape[1]);
 * const kernels = separatePasses({ matmul: note } as unknown as Kernels);
 * const tensor = (rows: number, cols: number) =>
 *   ({ shape: [rows, cols], dtype: "f32", storage: { bytes: 0 }, offset: 0 }) as const;
 * const beside = [6, 7].map((cols) => ({ b: tensor(4, cols), out: tensor(2, cols) }));
 * kernels.matmul({ a: tensor(2, 4), b: tensor(4, 5), out: tensor(2, 5), beside });
 * assertEquals(widths, [5, 6, 7]);
 * ```
 */
export function separatePasses(kernels: Kernels): Kernels {
  return {
    ...kernels,
    matmul({ beside = [], ...product }) {
      kernels.matmul(product);
      for (const { b, out } of beside) kernels.matmul({ ...product, b, out });
    },
    squaredRelu({ product, ...activation }) {
      if (product) {
        kernels.matmul({ a: product.tokens, b: product.weights, transposeB: true, out: activation.x });
      }
      kernels.squaredRelu(activation);
    },
    routeEnergies({ product, ...routing }) {
      if (product) {
        kernels.matmul({ a: product.tokens, b: product.weights, transposeB: true, out: routing.y });
      }
      kernels.routeEnergies(routing);
    },
    cachedAttention({ fresh, ...attention }) {
      if (fresh) {
        const { q, keys, values, places, shape } = attention;
        const { k, v, cosines, sines } = fresh;
        const angles = { cosines, sines, positions: places };
        kernels.rope({ x: q, out: q, heads: shape.heads, ...angles });
        kernels.rope({ x: k, out: k, heads: shape.keyValueHeads, ...angles });
        kernels.writeRows({ x: k, rows: places, out: keys });
        kernels.writeRows({ x: v, rows: places, out: values });
      }
      kernels.cachedAttention(attention);
    },
  };
}
