import { isPacked24, type MatmulArguments } from "@beyond24/device";
import type { DenseProduct } from "../libraries/dense_products.ts";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, i64, pointer } from "../driver/pack_arguments.ts";
import { launchAmpereDense, SMALL_PRODUCT } from "../products/ampere_products.ts";
import { denseOperand } from "../products/dense_operand.ts";
import { floatName, matrixSize } from "../launching/arguments.ts";
import { launchSparseMatmul } from "../products/sparse_matmul.ts";

const TILE = 64;

/**
 * out = op(a) · op(b): a 2:4 operand on the sparse kernels where they take it as it is packed, else by cuBLASLt where it was found, or
 * on tensor-core kernels of our own where sizes are whole tiles.
 */
export function matmul(context: LaunchContext, args: MatmulArguments): void {
  const isLarge = multiplications(args) >= SMALL_PRODUCT;
  if (isLarge && launchSparseMatmul(context, args)) return;
  const product = describeProduct(context, args);
  if (product.m === 0 || product.n === 0) return;
  const { products } = context.libraries;
  if (isLarge && (products?.matmul(product, context.capturing) || launchAmpereDense(context, product))) return;
  launchPlain(context, product);
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

function launchPlain(context: LaunchContext, product: DenseProduct): void {
  const { m, n, k, transposeA, transposeB } = product;
  const geometry = { grid: [Math.ceil(n / TILE), Math.ceil(m / TILE), 1], block: [256, 1, 1] } as const;
  context.launch({ module: "plain/matmul", name: `matmul_${product.type}_${product.outType}` }, geometry, [
    pointer(product.a),
    pointer(product.b),
    pointer(product.out),
    i32(m),
    i32(n),
    i32(k),
    i64(transposeA ? 1 : k),
    i64(transposeA ? m : 1),
    i64(transposeB ? 1 : n),
    i64(transposeB ? k : 1),
    i32(product.accumulate ? 1 : 0),
  ]);
}
