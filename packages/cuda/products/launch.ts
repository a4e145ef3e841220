import {
  BYTES_PER_ELEMENT,
  elementCount,
  isPacked24,
  type Operand,
  type Tensor,
  type TokenGather,
} from "@beyond24/device";
import { i32, type KernelArgument, pointer, tensorMap } from "../driver/pack_arguments.ts";
import { address, matrixSize, packedAddresses } from "../launching/arguments.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { packedLayout } from "../memory/packed_layout.ts";
import { addressOfTensor, CudaStorage, storageOf } from "../memory/storage.ts";
import { gatherRows } from "../operations/gather_rows.ts";
import { type Box, chooseProduct, type ProductKernel } from "./choose.ts";
import { denseOperand } from "./dense_operand.ts";
import { describeProduct, type ProductDescription, type ProductOperands } from "./describe.ts";

/** Starts a grouped product on the kernel that is chosen for it, with sorted tokens where it does not gather them. */
export function launchProduct(context: LaunchContext, operands: ProductOperands): void {
  const description = describeProduct(operands);
  const kernel = chooseProduct(description, context.driver.properties);
  const { gather, ...rest } = operands;
  const mustSort = gather !== undefined && kernel.family !== "hopper, gathering";
  const taken = mustSort ? { ...rest, b: sortedTokens(context, operands.b, gather) } : operands;
  startProduct(context, kernel, description, taken);
}

/** Starts a product on a kernel. */
export function startProduct(
  context: LaunchContext,
  kernel: ProductKernel,
  description: ProductDescription,
  operands: ProductOperands,
): void {
  const { module, name, geometry } = kernel;
  context.launch({ module, name }, geometry, argumentsOf(context, kernel, description, operands));
}

function argumentsOf(
  context: LaunchContext,
  { family, boxes }: ProductKernel,
  { neurons, features, experts }: ProductDescription,
  operands: ProductOperands,
): KernelArgument[] {
  const { a, b, out, segments: { offsets }, rowMap, energies, gather, accumulate = false } = operands;
  if (family === "plain") return plainArguments(context, operands, [i32(features), i32(neurons)]);
  const [values, metadata] = elementsOf(a);
  const [tokens] = elementsOf(b);
  const left = boxes ? map(context, a, boxes.a) : values;
  const sizes = [i32(experts), i32(neurons), i32(features), i32(metadataRows(a)), i32(accumulate ? 1 : 0)];
  if (family === "hopper, gathering") {
    const right = [tokens, address(gather?.order), i32(gather?.replicas ?? 1)];
    return [left, ...right, metadata, address(out), address(offsets), ...sizes];
  }
  const right = boxes?.b ? map(context, b, boxes.b) : tokens;
  const all = [left, right, metadata, address(out), address(offsets), address(rowMap), ...sizes];
  return family === "hopper" ? [...all, address(energies)] : all;
}

/** Of the plain kernels: both operands dense, rows of activations behind the tokens in use left out. */
function plainArguments(
  context: LaunchContext,
  { kind, a, b, out, segments, rowMap, accumulate = false }: ProductOperands,
  sizes: readonly KernelArgument[],
): KernelArgument[] {
  const left = pointer(denseOperand(context, a, kind === "neurons" ? undefined : segments).address);
  const right = pointer(denseOperand(context, b).address);
  const offsets = address(segments.offsets);
  if (kind === "neurons") return [right, left, offsets, address(out), ...sizes];
  if (kind === "features") return [left, right, offsets, address(rowMap), address(out), ...sizes];
  return [left, right, offsets, address(out), ...sizes, i32(accumulate ? 1 : 0)];
}

/** A sorted copy of tokens in scratch memory. */
function sortedTokens(context: LaunchContext, x: Operand, gather: TokenGather): Tensor {
  if (isPacked24(x)) throw new TypeError("Cannot sort tokens as they must be dense: current value is a packed matrix");
  const [, width] = matrixSize(x);
  const rows = elementCount(gather.order.shape);
  const bytes = rows * width * BYTES_PER_ELEMENT[x.dtype];
  const storage = new CudaStorage(context.scratch(bytes, "tokens"), bytes);
  const out: Tensor = { shape: [rows, width], dtype: x.dtype, storage, offset: 0 };
  gatherRows(context, { x, ...gather, out });
  return out;
}

/** Elements, and metadata of a packed operand. */
function elementsOf(operand: Operand): [KernelArgument, KernelArgument] {
  return isPacked24(operand) ? packedAddresses(operand) : [address(operand), pointer(0n)];
}

function metadataRows(operand: Operand): number {
  return isPacked24(operand) ? packedLayout(operand.rows, operand.cols, operand.axis).m : 0;
}

/** The stored matrix, row-major; of a packed one its values: half as wide, or half as high. */
function map({ driver }: LaunchContext, operand: Operand, { columns, rows, swizzle }: Box): KernelArgument {
  const [height, width] = storedShape(operand);
  return tensorMap(driver.encodeTensorMap({
    type: "bf16",
    address: isPacked24(operand) ? storageOf(operand).address : addressOfTensor(operand),
    extents: [width, height],
    strides: [2 * width],
    box: [columns, rows],
    swizzle: swizzle === 128 ? 128 : 64,
  }));
}

function storedShape(operand: Operand): readonly [number, number] {
  if (!isPacked24(operand)) return matrixSize(operand);
  const { rows, cols, axis } = operand;
  return axis === "cols" ? [rows, cols / 2] : [rows / 2, cols];
}
