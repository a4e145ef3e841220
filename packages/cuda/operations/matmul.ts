import { isPacked24, type MatmulArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
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
  if (others.length > 0 && launchTogether(context, [args, ...others])) return;
  for (const one of [args, ...others]) launchAlone(context, one);
}

function launchTogether(
  context: LaunchContext,
  [first, ...others]: readonly [MatmulArguments, ...MatmulArguments[]],
): boolean {
  if ([first, ...others].some(isPackedProduct)) return false;
  return launchFewRows(context, [
    describeDense(context, first),
    ...others.map((other) => describeDense(context, other)),
  ]);
}

function launchAlone(context: LaunchContext, args: MatmulArguments): void {
  const isLarge = multiplications(args) >= SMALL_PRODUCT;
  if (isLarge && launchPackedMatmul(context, args)) return;
  const product = describeDense(context, args);
  if (product.m === 0 || product.n === 0) return;
  if (!isPackedProduct(args) && launchFewRows(context, [product])) return;
  const { products } = context.libraries;
  if (isLarge && products?.matmul(product, context.capturing)) return;
  launchDense(context, product, isLarge);
}

function isPackedProduct({ a, b }: MatmulArguments): boolean {
  return isPacked24(a) || isPacked24(b);
}

function multiplications({ a, transposeA = false, out }: MatmulArguments): number {
  const [m, n] = matrixSize(out);
  const [rows, cols] = isPacked24(a) ? [a.rows, a.cols] : matrixSize(a);
  return m * n * (transposeA ? rows : cols);
}
