import { isPacked24, type MatmulArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import type { DenseProduct } from "../libraries/dense_products.ts";
import { SMALL_PRODUCT } from "../products/choose.ts";
import { describeDense } from "../products/describe_dense.ts";
import { launchFewRows } from "../products/few_rows.ts";
import { matrixSize } from "../launching/arguments.ts";
import { launchDense } from "../products/dense_product.ts";
import { launchPackedMatmul } from "../products/packed_matmul.ts";

/**
 * out = op(a) · op(b): a 2:4 operand on the sparse kernels where they take it as it is packed; few rows by large
 * weights on kernels that read these once; else by cuBLASLt where it was found, or on tensor-core kernels of our own
 * where sizes are whole tiles. Products beside it are made with it where they have few rows, else one after the other.
 */
export function matmul(context: LaunchContext, { beside = [], ...args }: MatmulArguments): void {
  const others = beside.map((other) => ({ ...args, ...other }));
  const isPacked = [args, ...others].some(isPackedProduct);
  if (!isPacked) {
    const describe = (one: MatmulArguments) => describeDense(context, one);
    return launchDescribed(context, [describe(args), ...others.map(describe)]);
  }
  // Unpacked operands share scratch memory: one is described when the one before it is launched.
  for (const one of [args, ...others]) {
    if (isPackedProduct(one)) launchPacked(context, one);
    else launchDescribed(context, [describeDense(context, one)]);
  }
}

/** A product with a packed operand. */
function launchPacked(context: LaunchContext, args: MatmulArguments): void {
  if (isLargeProduct(args) && launchPackedMatmul(context, args)) return;
  launchAlone(context, describeDense(context, args));
}

/** Products of the same dense left operand. */
function launchDescribed(context: LaunchContext, products: readonly [DenseProduct, ...DenseProduct[]]): void {
  if (launchFewRows(context, products)) return;
  for (const product of products) {
    if (products.length > 1 && launchFewRows(context, [product])) continue;
    launchAlone(context, product);
  }
}

function launchAlone(context: LaunchContext, product: DenseProduct): void {
  const { m, n, k } = product;
  if (m === 0 || n === 0) return;
  const isLarge = m * n * k >= SMALL_PRODUCT;
  if (isLarge && context.libraries.products?.matmul(product, context.capturing)) return;
  launchDense(context, product, isLarge);
}

function isPackedProduct({ a, b }: MatmulArguments): boolean {
  return isPacked24(a) || isPacked24(b);
}

/** Whether other kernels than the plain ones may make a product. */
export function isLargeProduct({ a, transposeA = false, out }: MatmulArguments): boolean {
  const [m, n] = matrixSize(out);
  const [rows, cols] = isPacked24(a) ? [a.rows, a.cols] : matrixSize(a);
  return m * n * (transposeA ? rows : cols) >= SMALL_PRODUCT;
}
