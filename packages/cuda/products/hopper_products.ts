import {
  elementCount,
  isPacked24,
  type Operand,
  type PackedMatrix24,
  type Segments,
  type Tensor,
} from "@beyond24/device";
import { addressOfTensor, storageOf } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, type KernelArgument, pointer, tensorMap } from "../driver/pack_arguments.ts";
import { packedLayout } from "../memory/packed_layout.ts";

/** Rows, neurons and features come in tiles of this many. */
const TILE = 128;

/** How the Hopper kernels read their operands: `hopper/README.md`. */
export const PRODUCTS = {
  weight_product24: { module: "hopper/weight_product24", shared: 223_312, a: [32, 128, 64], b: [64, 192, 128] },
  weight_product: { module: "hopper/weight_product", shared: 215_104, a: [64, 128, 128], b: [64, 128, 128] },
  activation_product24: { module: "hopper/activation_product24", shared: 224_336, a: [32, 128, 64], b: [64, 64, 128] },
  activation_product: { module: "hopper/activation_product", shared: 216_128, a: [64, 128, 128], b: [64, 64, 128] },
  weight_gradient24: { module: "hopper/weight_gradient24", shared: 205_904, a: [64, 32, 128], b: [64, 64, 128] },
  weight_gradient24_narrow: { module: "hopper/weight_gradient24", shared: 197_728, a: [64, 32, 128], b: [64, 64, 128] },
  weight_gradient: { module: "hopper/weight_gradient", shared: 197_696, a: [64, 64, 128], b: [64, 64, 128] },
} as const;

/** Name of a grouped product. */
export type ExpertProduct = Exclude<keyof typeof PRODUCTS, "weight_gradient24_narrow">;

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

/** Starts a persistent Hopper product: one block a multiprocessor. */
export function launchExpertProduct(context: LaunchContext, launch: ExpertProductLaunch): void {
  const { product, a, b, out, segments: { offsets }, rowMap, neurons, features, accumulate = false } = launch;
  const name = product === "weight_gradient24" ? gradientKernel(context, launch) : product;
  const { module, shared, ...boxes } = PRODUCTS[name];
  const packed = isPacked24(a) ? a : undefined;
  const geometry = {
    grid: [context.driver.properties.multiprocessors, 1, 1],
    block: [384, 1, 1],
    sharedMemory: shared,
  } as const;
  context.launch({ module, name }, geometry, [
    map(context, a, boxes.a),
    map(context, b, boxes.b),
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

/** Rows of a tile of the gradients. */
const GRADIENT_ROWS = 256;
/** What the narrow tile costs more for a column. */
const NARROW_COST = 1.04;

/** Of the two widths of a tile of the gradients the one whose rounds over all multiprocessors are over first. */
function gradientKernel(context: LaunchContext, { neurons, features, segments: { offsets } }: ExpertProductLaunch) {
  const { multiprocessors } = context.driver.properties;
  const rowTiles = Math.ceil(neurons / GRADIENT_ROWS) * (elementCount(offsets.shape) - 1);
  const time = (width: number) => {
    const tiles = rowTiles * Math.ceil(features / width);
    const rest = tiles % multiprocessors;
    // A last round of few tiles is cut in two: `product_tiles.cuh`.
    const last = rest === 0 ? 0 : 2 * rest <= multiprocessors ? 0.5 : 1;
    return width * (Math.floor(tiles / multiprocessors) + last);
  };
  return NARROW_COST * time(128) < time(192) ? "weight_gradient24_narrow" : "weight_gradient24";
}

function metadataOf(packed: PackedMatrix24): KernelArgument {
  const { metadataOffset } = packedLayout(packed.rows, packed.cols, packed.axis);
  return pointer(storageOf(packed).address + BigInt(metadataOffset));
}

/** The stored matrix, row-major; of a packed one its values: half as wide, or half as high. */
function map(context: LaunchContext, operand: Operand, [width, height, swizzle]: Box): KernelArgument {
  const [rows, columns, address] = isPacked24(operand)
    ? [...storedShape(operand), storageOf(operand).address] as const
    : [operand.shape[0] ?? 0, operand.shape[1] ?? 0, addressOfTensor(operand)] as const;
  return tensorMap(context.driver.encodeTensorMap({
    type: "bf16",
    address,
    extents: [columns, rows],
    strides: [2 * columns],
    box: [width, height],
    swizzle,
  }));
}

function storedShape({ rows, cols, axis }: PackedMatrix24): readonly [number, number] {
  return axis === "cols" ? [rows, cols / 2] : [rows / 2, cols];
}

type Box = readonly [width: number, height: number, swizzle: 64 | 128];
