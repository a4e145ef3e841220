import {
  elementCount,
  isPacked24,
  type Operand,
  type PackedMatrix24,
  type Segments,
  type Tensor,
  type TokenGather,
} from "@beyond24/device";
import type { LaunchGeometry } from "../driver/driver.ts";
import { addressOfTensor, storageOf } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, type KernelArgument, pointer, tensorMap } from "../driver/pack_arguments.ts";
import { packedLayout } from "../memory/packed_layout.ts";
import shapes from "../built/products.json" with { type: "json" };

/** Rows, neurons and features come in tiles of this many. */
const TILE = 128;

/** Where the Hopper kernels are; their shapes are in `built/products.json`. */
const MODULES = {
  weight_product24: "hopper/weight_product24",
  weight_product: "hopper/weight_product",
  activation_product24: "hopper/activation_product24",
  activation_product: "hopper/activation_product",
  weight_gradient24: "hopper/weight_gradient24",
  weight_gradient24_narrow: "hopper/weight_gradient24",
  weight_gradient: "hopper/weight_gradient",
} as const;

/** The modules of products that gather tokens; they read A, and need shared memory, as the product of sorted tokens does. */
const GATHERED = {
  weight_product24: "hopper/gathered_weight_product24",
  weight_gradient24: "hopper/gathered_weight_gradient24",
} as const;

/** Name of a grouped product. */
export type ExpertProduct = Exclude<keyof typeof MODULES, "weight_gradient24_narrow">;

/** One grouped product for the Hopper kernels. */
export interface ExpertProductLaunch {
  readonly product: ExpertProduct;
  /** The operand that may be sparse. */
  readonly a: Operand;
  /** The dense operand. */
  readonly b: Tensor;
  readonly out: Tensor;
  readonly segments: Segments;
  /** Row of `out` of every sorted row, for products that contract over neurons. */
  readonly rowMap?: Tensor;
  /** C. */
  readonly neurons: number;
  /** D. */
  readonly features: number;
  readonly accumulate?: boolean;
}

/** Whether the Hopper kernels take sorted tokens of these sizes: the GPU is one, and all sizes are whole tiles. */
export function takesExperts(
  context: LaunchContext,
  { align }: Segments,
  { rows, neurons, features }: { rows: number; neurons: number; features: number },
): boolean {
  if (context.driver.properties.computeCapability !== 90) return false;
  return [align, rows, neurons, features].every((size) => size > 0 && size % TILE === 0);
}

/** Whether a dense operand can be read by the tensor memory accelerator. */
export function readableInTiles(...tensors: readonly Tensor[]): boolean {
  return tensors.every((tensor) => tensor.dtype === "bf16" && addressOfTensor(tensor) % 16n === 0n);
}

/** A product that gathers its tokens. */
export interface GatheredProductLaunch extends Omit<ExpertProductLaunch, "rowMap"> {
  readonly product: keyof typeof GATHERED;
  /** Tokens as they come. */
  readonly b: Tensor;
  readonly gather: TokenGather;
}

/** Starts a Hopper product that gathers its tokens; false when there is none for these operands. */
export function launchGatheredProduct(context: LaunchContext, launch: GatheredProductLaunch): boolean {
  const { product, a, b, out, segments, gather, neurons, features, accumulate = false } = launch;
  const rows = elementCount(gather.order.shape);
  if (!isPacked24(a) || !takesExperts(context, segments, { rows, neurons, features })) return false;
  const name = product === "weight_gradient24" ? gradientKernel(context, launch) : product;
  context.launch({ module: GATHERED[product], name: `gathered_${name}` }, geometry(context, name), [
    map(context, a, shapes[name].boxA),
    pointer(addressOfTensor(b)),
    pointer(addressOfTensor(gather.order)),
    i32(gather.replicas),
    metadataOf(a),
    pointer(addressOfTensor(out)),
    pointer(addressOfTensor(segments.offsets)),
    i32(elementCount(segments.offsets.shape) - 1),
    i32(neurons),
    i32(features),
    i32(packedLayout(a.rows, a.cols, a.axis).m),
    i32(accumulate ? 1 : 0),
  ]);
  return true;
}

/** Starts a persistent Hopper product: one block a multiprocessor. */
export function launchExpertProduct(context: LaunchContext, launch: ExpertProductLaunch): void {
  const { product, a, b, out, segments: { offsets }, rowMap, neurons, features, accumulate = false } = launch;
  const name = product === "weight_gradient24" ? gradientKernel(context, launch) : product;
  const { boxA, boxB } = shapes[name];
  const packed = isPacked24(a) ? a : undefined;
  context.launch({ module: MODULES[name], name }, geometry(context, name), [
    map(context, a, boxA),
    map(context, b, boxB),
    packed === undefined ? pointer(0n) : metadataOf(packed),
    pointer(addressOfTensor(out)),
    pointer(addressOfTensor(offsets)),
    pointer(rowMap === undefined ? 0n : addressOfTensor(rowMap)),
    i32(elementCount(offsets.shape) - 1),
    i32(neurons),
    i32(features),
    i32(packed === undefined ? 0 : packedLayout(packed.rows, packed.cols, packed.axis).m),
    i32(accumulate ? 1 : 0),
  ]);
}

function geometry({ driver }: LaunchContext, name: keyof typeof MODULES): LaunchGeometry {
  const { threads, sharedBytes } = shapes[name];
  return { grid: [driver.properties.multiprocessors, 1, 1], block: [threads, 1, 1], sharedMemory: sharedBytes };
}

/** What the narrow tile costs more for a column. */
const NARROW_COST = 1.04;

/** Of the two widths of a tile of the gradients the one whose rounds over all multiprocessors are over first. */
function gradientKernel(
  context: LaunchContext,
  { neurons, features, segments: { offsets } }: Omit<ExpertProductLaunch, "product">,
) {
  const { multiprocessors } = context.driver.properties;
  const rowTiles = Math.ceil(neurons / shapes.weight_gradient24.rows) * (elementCount(offsets.shape) - 1);
  const time = (width: number) => {
    const tiles = rowTiles * Math.ceil(features / width);
    const rest = tiles % multiprocessors;
    // A last round of few tiles is cut in two: `product_tiles.cuh`.
    const last = rest === 0 ? 0 : 2 * rest <= multiprocessors ? 0.5 : 1;
    return width * (Math.floor(tiles / multiprocessors) + last);
  };
  const [narrow, wide] = [shapes.weight_gradient24_narrow.columns, shapes.weight_gradient24.columns];
  return NARROW_COST * time(narrow) < time(wide) ? "weight_gradient24_narrow" : "weight_gradient24";
}

function metadataOf(packed: PackedMatrix24): KernelArgument {
  const { metadataOffset } = packedLayout(packed.rows, packed.cols, packed.axis);
  return pointer(storageOf(packed).address + BigInt(metadataOffset));
}

/** The stored matrix, row-major; of a packed one its values: half as wide, or half as high. */
function map(context: LaunchContext, operand: Operand, box: Box): KernelArgument {
  const [rows, columns, address] = isPacked24(operand)
    ? [...storedShape(operand), storageOf(operand).address] as const
    : [operand.shape[0] ?? 0, operand.shape[1] ?? 0, addressOfTensor(operand)] as const;
  return tensorMap(context.driver.encodeTensorMap({
    type: "bf16",
    address,
    extents: [columns, rows],
    strides: [2 * columns],
    box: [box.columns, box.rows],
    swizzle: box.swizzle === 128 ? 128 : 64,
  }));
}

function storedShape({ rows, cols, axis }: PackedMatrix24): readonly [number, number] {
  return axis === "cols" ? [rows, cols / 2] : [rows / 2, cols];
}

type Box = Readonly<Record<"columns" | "rows" | "swizzle", number>>;
