import shapes from "../built/products.json" with { type: "json" };
import { i32, i64, pointer } from "../driver/pack_arguments.ts";
import type { KernelEntry, LaunchContext } from "../launching/launch_context.ts";
import type { LaunchGeometry } from "../driver/driver.ts";
import type { DenseProduct } from "../libraries/dense_products.ts";
import { type Gpu, persistent } from "./choose.ts";

/** Rows, columns and depth of the tensor-core kernels come in whole multiples of this. */
const TILE = 128;
/** Side of the tiles of the plain kernel. */
const PLAIN_TILE = 64;

/** The kernel that makes a dense product where no library does. */
export interface DenseKernel extends KernelEntry {
  readonly family: "ampere" | "plain";
  readonly geometry: LaunchGeometry;
}

/**
 * Chooses a kernel: tensor cores for whole tiles of bf16, but for few multiplications, which are launch-bound anyway.
 */
export function chooseDense(product: DenseProduct, gpu: Gpu, isLarge: boolean): DenseKernel {
  const { a, b, out, m, n, k, type, outType, transposeA, transposeB, accumulate } = product;
  const isForm = type === "bf16" && !(transposeA && transposeB) && !(accumulate && outType === "bf16");
  const isWhole = [m, n, k].every((size) => size > 0 && size % TILE === 0);
  const isAligned = [a, b, out].every((start) => start % 16n === 0n);
  if (isLarge && isForm && isWhole && isAligned) {
    const name = `dense_product_${transposeA ? "tn" : transposeB ? "nt" : "nn"}_${outType}` as const;
    return { family: "ampere", module: "ampere/dense_product", name, geometry: persistent(gpu, shapes[name]) };
  }
  const grid = [Math.ceil(n / PLAIN_TILE), Math.ceil(m / PLAIN_TILE), 1] as const;
  const geometry = { grid, block: [256, 1, 1] } as const;
  return { family: "plain", module: "plain/matmul", name: `matmul_${type}_${outType}`, geometry };
}

/** Starts a dense product on a kernel of our own. */
export function launchDense(context: LaunchContext, product: DenseProduct, isLarge: boolean): void {
  const { m, n, k, transposeA, transposeB, accumulate } = product;
  const { geometry, family, ...entry } = chooseDense(product, context.driver.properties, isLarge);
  const strides = family === "ampere"
    ? []
    : [transposeA ? 1 : k, transposeA ? m : 1, transposeB ? 1 : n, transposeB ? k : 1].map(i64);
  context.launch(entry, geometry, [
    ...[product.a, product.b, product.out].map(pointer),
    ...[m, n, k].map(i32),
    ...strides,
    i32(accumulate ? 1 : 0),
  ]);
}
