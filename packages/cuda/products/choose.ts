import shapes from "../built/products.json" with { type: "json" };
import type { DriverProperties, LaunchGeometry } from "../driver/driver.ts";
import type { ModuleName } from "../launching/load_modules.ts";
import type { ProductDescription } from "./describe.ts";

/** A box of a tensor map, in elements, and the bytes of its swizzle. */
export interface Box {
  readonly columns: number;
  readonly rows: number;
  readonly swizzle: number;
}

/** The kernel that makes a product. */
export interface ProductKernel {
  /** Who wrote it; each takes arguments of its own. */
  readonly family: "hopper" | "hopper, gathering" | "ampere" | "plain";
  readonly module: ModuleName;
  readonly name: string;
  readonly geometry: LaunchGeometry;
  /** How a Hopper kernel reads its operands. */
  readonly boxes?: { readonly a: Box; readonly b?: Box };
}

/** What a GPU must tell for a choice. */
export type Gpu = Pick<DriverProperties, "computeCapability" | "multiprocessors">;

/**
 * Products of fewer multiplications are launch-bound, whoever runs them. Away from Hopper they take the plain kernels,
 * grouped or not, so that the sums of one expert are those of the plain product, bit for bit.
 */
export const SMALL_PRODUCT = 2 ** 22;

const NAMES = { neurons: "weight_product", features: "activation_product", weights: "weight_gradient" } as const;
/** Rows, neurons and features of tensor-core kernels come in tiles of this many. */
const TILE = 128;
/** Side of the tiles of the plain kernels. */
const PLAIN_TILE = 64;
/**
 * How many rows an expert has is known on the device only: blocks share its row tiles, those without any return at
 * once.
 */
const LARGEST_ROW_BLOCKS = 256;
/** What the narrow tile of gradients costs more for a column. */
const NARROW_COST = 1.04;

/** Chooses a kernel. Where it does not gather, tokens are to be sorted first. */
export function chooseProduct(product: ProductDescription, gpu: Gpu): ProductKernel {
  const { kind, rows, neurons, features, outType, inTiles, sparse } = product;
  const hasTypes = inTiles && sparse !== "b" && outType === (kind === "weights" ? "f32" : "bf16");
  if (!hasTypes || !areWholeTiles(product)) return plainKernel(product);
  if (isHopper(gpu)) return hopperKernel(product, gpu);
  return rows * neurons * features < SMALL_PRODUCT ? plainKernel(product) : ampereKernel(product, gpu);
}

/** Whether a GPU has `wgmma` and the tensor memory accelerator. */
export function isHopper({ computeCapability }: Gpu): boolean {
  return computeCapability === 90;
}

/** Whether sorted tokens come in whole tiles. */
export function areWholeTiles(
  { align, rows, neurons, features }: Pick<ProductDescription, "align" | "rows" | "neurons" | "features">,
): boolean {
  return [align, rows, neurons, features].every((size) => size > 0 && size % TILE === 0);
}

/** One block of a persistent kernel a multiprocessor. */
export function persistent(
  gpu: Gpu,
  shape: { readonly threads: number; readonly sharedBytes: number },
): LaunchGeometry {
  return { grid: [gpu.multiprocessors, 1, 1], block: [shape.threads, 1, 1], sharedMemory: shape.sharedBytes };
}

function hopperKernel(product: ProductDescription, gpu: Gpu): ProductKernel {
  const { kind, sparse, gathers } = product;
  if (sparse === "none") {
    const name = NAMES[kind];
    return { family: "hopper", module: `hopper/${name}`, name, ...shaped(gpu, shapes[name]) };
  }
  const module = `${NAMES[kind]}24` as const;
  const name = module === "weight_gradient24" && isNarrowFaster(product, gpu) ? `${module}_narrow` as const : module;
  // Those of activations read no tokens.
  if (!gathers || module === "activation_product24" || name === "activation_product24") {
    return { family: "hopper", module: `hopper/${module}`, name, ...shaped(gpu, shapes[name]) };
  }
  const gathering = { module: `hopper/gathered_${module}`, name: `gathered_${name}` } as const;
  return { family: "hopper, gathering", ...gathering, ...shaped(gpu, shapes[gathering.name]) };
}

interface HopperShape {
  readonly threads: number;
  readonly sharedBytes: number;
  readonly boxA: Box;
  readonly boxB?: Box;
}

function shaped(gpu: Gpu, { boxA, boxB, ...shape }: HopperShape): Pick<ProductKernel, "geometry" | "boxes"> {
  return { geometry: persistent(gpu, shape), boxes: { a: boxA, ...(boxB && { b: boxB }) } };
}

/** Of the two widths of a tile of the gradients the one whose rounds over all multiprocessors are over first. */
function isNarrowFaster({ neurons, features, experts }: ProductDescription, { multiprocessors }: Gpu): boolean {
  const time = ({ rows, columns }: { readonly rows: number; readonly columns: number }) => {
    const tiles = experts * Math.ceil(neurons / rows) * Math.ceil(features / columns);
    const rest = tiles % multiprocessors;
    // A last round of few tiles is cut in two: `product_tiles.cuh`.
    const last = rest === 0 ? 0 : 2 * rest <= multiprocessors ? 0.5 : 1;
    return columns * (Math.floor(tiles / multiprocessors) + last);
  };
  return NARROW_COST * time(shapes.weight_gradient24_narrow) < time(shapes.weight_gradient24);
}

function ampereKernel({ kind, sparse }: ProductDescription, gpu: Gpu): ProductKernel {
  const module = NAMES[kind];
  const name = sparse === "none" ? `${module}_sm80` as const : `${module}24_sm80` as const;
  return { family: "ampere", module: `ampere/${module}`, name, geometry: persistent(gpu, shapes[name]) };
}

function plainKernel({ kind, rows, neurons, features, experts, type, outType }: ProductDescription): ProductKernel {
  const module = `plain/grouped_matmul_${kind}` as const;
  const tiles = (size: number) => Math.ceil(size / PLAIN_TILE);
  const grid = kind === "weights"
    ? [tiles(features), tiles(neurons), experts] as const
    : [tiles(kind === "neurons" ? neurons : features), Math.min(LARGEST_ROW_BLOCKS, tiles(rows)), experts] as const;
  const name = kind === "weights" ? `grouped_matmul_${kind}_${type}` : `grouped_matmul_${kind}_${type}_${outType}`;
  return { family: "plain", module, name, geometry: { grid, block: [256, 1, 1] } };
}
