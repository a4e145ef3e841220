import operandSource from "./_product_operand.wgsl" with { type: "text" };
import registersSource from "./_product_registers.wgsl" with { type: "text" };
import workgroupSource from "./_product_workgroup.wgsl" with { type: "text" };
import type { Launcher } from "../_launch.ts";

/** How one workgroup computes its part of a product. */
export interface ProductTile {
  /** WGSL of `main`, with its loads. */
  readonly text: string;
  /** Constants of the text. */
  readonly constants: Readonly<Record<string, number>>;
  /** Rows of the result that a workgroup computes. */
  readonly rows: number;
  /** Columns of the result that a workgroup computes. */
  readonly columns: number;
}

/** The loads of `count` lines. Template values name operands in capitals, variables of the shader in small letters. */
function loads(operand: "a" | "b", count: number): string {
  return operandSource.replaceAll("OPERAND", operand).replaceAll("COUNT", String(count))
    .replaceAll(/\b[ab]_(PACKED|INNER|VECTOR)\b/g, (flag) => flag.toUpperCase());
}

function withLoads(source: string, aLines: number, bLines: number): string {
  return source.replace("LOAD_A", () => loads("a", aLines)).replace("LOAD_B", () => loads("b", bLines));
}

/** Tiles in registers: 8 invocations side by side along the columns. */
function registersTile(ROWS: number, COLS: number): ProductTile {
  const text = withLoads(registersSource, ROWS, COLS);
  return { text, constants: { ROWS, COLS }, rows: ROWS, columns: 8 * COLS };
}

/** Tiles in workgroup memory: 8 × 8 invocations, each of which loads four lines of a slice at a time. */
function workgroupTile(ROWS: number, COLS: number, SLICE: number): ProductTile {
  const [A_LINES, B_LINES] = [4, 4];
  const text = withLoads(workgroupSource, A_LINES, B_LINES);
  const constants = {
    ROWS,
    COLS,
    SLICE,
    A_LINES,
    B_LINES,
    A_WORDS: SLICE * 8 * ROWS / 4,
    B_WORDS: SLICE * 8 * COLS / 4,
    A_PARTS: SLICE * 8 * ROWS / (4 * A_LINES),
    B_PARTS: SLICE * 8 * COLS / (4 * B_LINES),
  };
  return { text, constants, rows: 8 * ROWS, columns: 8 * COLS };
}

/** The small table of tile sizes. The order of every sum is the same in all of them. */
const TILES = {
  registers: {
    /** Operands that are read four neighbours at a time. */
    vector: registersTile(16, 8),
    /** The same for halves, which software adapters compile and convert slowly. */
    half: registersTile(8, 8),
    /** Shapes that no training has; less text to compile. */
    scalar: registersTile(4, 8),
  },
  workgroup: { vector: workgroupTile(8, 8, 16), half: workgroupTile(8, 8, 16), scalar: workgroupTile(4, 4, 16) },
} as const;

/** The tile for an adapter and a pair of operands. */
export function productTile({ productTiling, activationType }: Launcher, isVector: boolean): ProductTile {
  const tiles = TILES[productTiling];
  if (!isVector) return tiles.scalar;
  return activationType === "f16" ? tiles.half : tiles.vector;
}
