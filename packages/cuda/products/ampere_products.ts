import { elementCount, isPacked24, type Operand, type Segments } from "@beyond24/device";
import type { DenseProduct } from "../libraries/dense_products.ts";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchGeometry } from "../driver/driver.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, type KernelArgument, pointer } from "../driver/pack_arguments.ts";
import { packedLayout } from "../memory/packed_layout.ts";
import type { ExpertProductLaunch } from "./hopper_products.ts";
import { address, packedAddresses } from "../launching/arguments.ts";
import shapes from "../built/products.json" with { type: "json" };

/**
 * Products of fewer multiplications are launch-bound, whoever runs them. They take the plain kernels, grouped or not, so that
 * the sums of one expert are those of the plain product, bit for bit.
 */
export const SMALL_PRODUCT = 2 ** 22;

/** Rows, columns and depth come in whole multiples of this. */
const TILE = 128;

const MODULES = {
  weight_product24: "ampere/weight_product",
  weight_product: "ampere/weight_product",
  activation_product24: "ampere/activation_product",
  activation_product: "ampere/activation_product",
  weight_gradient24: "ampere/weight_gradient",
  weight_gradient: "ampere/weight_gradient",
} as const;

/** Whether the kernels of compute capability 8.0 take sorted tokens of these sizes: whole tiles, no Hopper, enough work. */
export function takesAmpere(
  context: LaunchContext,
  { align }: Segments,
  { rows, neurons, features }: { rows: number; neurons: number; features: number },
): boolean {
  if (context.driver.properties.computeCapability === 90 || rows * neurons * features < SMALL_PRODUCT) return false;
  return [align, rows, neurons, features].every(isWhole);
}

/** Starts a persistent grouped product: one block a multiprocessor. */
export function launchAmpereProduct(context: LaunchContext, launch: ExpertProductLaunch): void {
  const { product, a, b, out, segments: { offsets }, rowMap, neurons, features, accumulate = false } = launch;
  const [values, metadata] = operandAddresses(a);
  context.launch({ module: MODULES[product], name: `${product}_sm80` }, geometry(context, shapes[`${product}_sm80`]), [
    values,
    address(b),
    metadata,
    address(out),
    address(offsets),
    address(rowMap),
    i32(elementCount(offsets.shape) - 1),
    i32(neurons),
    i32(features),
    i32(isPacked24(a) ? packedLayout(a.rows, a.cols, a.axis).m : 0),
    i32(accumulate ? 1 : 0),
  ]);
}

/** Starts a dense product; false when its sizes are not whole tiles. */
export function launchAmpereDense(context: LaunchContext, product: DenseProduct): boolean {
  const { a, b, out, m, n, k, type, outType, transposeA, transposeB, accumulate } = product;
  if (type !== "bf16" || (transposeA && transposeB) || (accumulate && outType === "bf16")) return false;
  if (![m, n, k].every(isWhole) || [a, b, out].some((start) => start % 16n !== 0n)) return false;
  const layout = transposeA ? "tn" : transposeB ? "nt" : "nn";
  const name = `dense_product_${layout}_${outType}` as const;
  context.launch({ module: "ampere/dense_product", name }, geometry(context, shapes[name]), [
    ...[a, b, out].map(pointer),
    ...[m, n, k, accumulate ? 1 : 0].map(i32),
  ]);
  return true;
}

function isWhole(size: number): boolean {
  return size > 0 && size % TILE === 0;
}

function geometry({ driver }: LaunchContext, shape: { threads: number; sharedBytes: number }): LaunchGeometry {
  const grid = [driver.properties.multiprocessors, 1, 1] as const;
  return { grid, block: [shape.threads, 1, 1], sharedMemory: shape.sharedBytes };
}

/** Of a dense operand its elements and no metadata. */
function operandAddresses(operand: Operand): [KernelArgument, KernelArgument] {
  return isPacked24(operand) ? packedAddresses(operand) : [pointer(addressOfTensor(operand)), pointer(0n)];
}
