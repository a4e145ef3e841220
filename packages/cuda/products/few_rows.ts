import { i32, pointer } from "../driver/pack_arguments.ts";
import type { LaunchGeometry } from "../driver/driver.ts";
import type { KernelEntry, LaunchContext } from "../launching/launch_context.ts";
import type { DenseProduct } from "../libraries/dense_products.ts";

/** Rows of left operands that a kernel was compiled for, and the columns that a warp takes with weights [N, K]. */
const VARIANTS = [{ rows: 1, columns: 1 }, { rows: 8, columns: 2 }, { rows: 16, columns: 2 }];
/** Fewer weights than this cost no more than the launch, in the plain kernel as well. */
const LARGE_WEIGHTS = 2 ** 17;
/** Products with weights [N, K] that one launch makes; as in the kernel. */
const TOGETHER = 3;
/** Elements of 16 bytes. */
const WIDTH = 8;
/** Warps of a block of `few_rows_of_outputs.cu`. */
const WARPS = 4;
/**
 * Threads of a block of `few_rows_of_inputs.cu`, the packets that its columns are, and the rows that it loads at once.
 */
const [THREADS, PACKETS, CHUNK] = [256, 8, 128];
/**
 * Blocks that K is divided for, whatever GPU it is, so that all give the same bits: two a multiprocessor of an H100.
 */
const BLOCKS = 264;

/** Products of the same few rows with large weights, which are read once. */
export interface FewRowsKernel extends KernelEntry {
  readonly geometry: LaunchGeometry;
  /** Rows of the weights that a block takes, where they are [K, N]. */
  readonly depth: number;
}

/** Whether a product has few rows and large weights in packets of 16 bytes. */
export function hasFewRows(product: DenseProduct): boolean {
  const { a, b, m, n, k, transposeA, transposeB, type, accumulate } = product;
  const isWhole = (transposeB ? k : n) % WIDTH === 0 && b % 16n === 0n && (!transposeB || a % 16n === 0n);
  const isRightForm = type === "bf16" && !transposeA && !accumulate;
  return m > 0 && m <= (VARIANTS.at(-1)?.rows ?? 0) && n * k >= LARGE_WEIGHTS && isWhole && isRightForm;
}

/** Chooses a kernel for products with the same left operand, all of which have few rows; nothing for some together. */
export function chooseFewRows(products: readonly [DenseProduct, ...DenseProduct[]]): FewRowsKernel | undefined {
  const [product] = products;
  const { m, n, k, outType, transposeB } = product;
  const variant = VARIANTS.find(({ rows }) => rows >= m);
  const isTogether = products.length === 1 ||
    transposeB && products.length <= TOGETHER && products.every((other) => other.outType === outType);
  if (variant === undefined || !isTogether) return undefined;
  const suffix = `${variant.rows}_bf16_${outType}`;
  if (transposeB) {
    const columns = products.reduce((sum, other) => sum + other.n, 0);
    const geometry = {
      grid: [Math.ceil(columns / (WARPS * variant.columns)), 1, 1],
      block: [32 * WARPS, 1, 1],
    } as const;
    return { module: "plain/few_rows_of_outputs", name: `few_rows_of_outputs_${suffix}`, geometry, depth: k };
  }
  const tiles = Math.ceil(n / (PACKETS * WIDTH));
  const depth = CHUNK * Math.max(1, Math.floor(k * tiles / (CHUNK * BLOCKS)));
  const geometry = { grid: [tiles, Math.ceil(k / depth), 1], block: [THREADS, 1, 1] } as const;
  return { module: "plain/few_rows_of_inputs", name: `few_rows_of_inputs_${suffix}`, geometry, depth };
}

/**
 * Makes products of the same left operand, if all have few rows and a kernel takes them together; says whether.
 * `squared` is where max(out, 0)² of the first one goes, if anywhere: weights are [N, K] then.
 */
export function launchFewRows(
  context: LaunchContext,
  products: readonly [DenseProduct, ...DenseProduct[]],
  squared = 0n,
): boolean {
  const kernel = products.every(hasFewRows) ? chooseFewRows(products) : undefined;
  if (kernel === undefined) return false;
  const [first, second, third] = products;
  const { m, n, k } = first;
  const { geometry, depth, ...entry } = kernel;
  if (first.transposeB) {
    const parts = [first, second, third];
    context.launch(entry, geometry, [
      pointer(first.a),
      ...parts.map((part) => pointer(part?.b ?? 0n)),
      ...parts.map((part) => pointer(part?.out ?? 0n)),
      pointer(squared),
      ...[...parts.map((part) => part?.n ?? 0), m, k].map(i32),
    ]);
    return true;
  }
  const partial = context.scratch(4 * geometry.grid[1] * m * n);
  const addresses = [first.a, first.b, first.out, partial, context.counters(geometry.grid[0])];
  context.launch(entry, geometry, [...addresses.map(pointer), ...[m, n, k, depth].map(i32)]);
  return true;
}
