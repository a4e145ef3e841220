import { isPacked24, type MatmulArguments } from "@beyond24/device";
import type { DenseProduct } from "../libraries/dense_products.ts";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { SMALL_PRODUCT } from "../products/choose.ts";
import { denseOperand } from "../products/dense_operand.ts";
import { floatName, matrixSize } from "../launching/arguments.ts";
import { launchDense } from "../products/dense_product.ts";
import { launchPackedMatmul } from "../products/packed_matmul.ts";

/**
 * out = op(a) · op(b): a 2:4 operand on the sparse kernels where they take it as it is packed, else by cuBLASLt where
 * it was found, or on tensor-core kernels of our own where sizes are whole tiles.
 */
export function matmul(context: LaunchContext, args: MatmulArguments): void {
  const isLarge = multiplications(args) >= SMALL_PRODUCT;
  if (isLarge && launchPackedMatmul(context, args)) return;
  const product = describeProduct(context, args);
  if (product.m === 0 || product.n === 0) return;
  const { products } = context.libraries;
  if (isLarge && products?.matmul(product, context.capturing)) return;
  launchDense(context, product, isLarge);
}

function multiplications({ a, transposeA = false, out }: MatmulArguments): number {
  const [m, n] = matrixSize(out);
  const [rows, cols] = isPacked24(a) ? [a.rows, a.cols] : matrixSize(a);
  return m * n * (transposeA ? rows : cols);
}

function describeProduct(context: LaunchContext, args: MatmulArguments): DenseProduct {
  const { transposeA = false, transposeB = false, accumulate = false, out } = args;
  const a = denseOperand(context, args.a);
  const b = denseOperand(context, args.b);
  const [m, k] = transposeA ? [a.cols, a.rows] : [a.rows, a.cols];
  const [depth, n] = transposeB ? [b.cols, b.rows] : [b.rows, b.cols];
  const [rows, cols] = matrixSize(out);
  if (k !== depth || m !== rows || n !== cols || a.type !== b.type) {
    throw new TypeError(
      `Cannot multiply as shapes and types must match: current value is ${a.type} [${m}, ${k}] times ${b.type} ` +
        `[${depth}, ${n}] into [${rows}, ${cols}]`,
    );
  }
  const types = { type: a.type, outType: floatName(out) } as const;
  const addresses = { a: a.address, b: b.address, out: addressOfTensor(out) };
  return { ...addresses, m, n, k, transposeA, transposeB, ...types, accumulate };
}
