import { registersText, type RegistersTile } from "./_product_registers.ts";
import type { ProductValues } from "./_product_values.ts";
import { workgroupText, type WorkgroupTile } from "./_product_workgroup.ts";
import { part, type ShaderPart } from "../_wgsl.ts";

/** Tile of a workgroup / tile of an invocation; the first three in registers, the others through workgroup memory. */
export type ProductTileName =
  | "16x64/16x8"
  | "8x64/8x8"
  | "4x64/4x8"
  | "32x32/4x4"
  | "64x64/4x4"
  | "64x64/8x8"
  | "128x64/8x4"
  | "128x64/8x8"
  | "128x128/8x8";

/** How one workgroup computes its part of a product. */
export interface ProductTile {
  /** WGSL of `main` for a product. */
  readonly text: (values: ProductValues) => ShaderPart;
  /** Rows of the result that a workgroup computes. */
  readonly rows: number;
  /** Columns of the result that a workgroup computes. */
  readonly columns: number;
  /** Invocations of a workgroup. */
  readonly lanes: number;
  /** Workgroup memory in bytes. */
  readonly memory: number;
  /** Whether it can select from its sums. */
  readonly canSelect: boolean;
}

/** Tiles in registers: 8 invocations side by side along the columns. */
function registersTile(ROWS: number, COLS: number): ProductTile {
  const tile: RegistersTile = { ROWS, COLS };
  const text = (values: ProductValues) => part(registersText, { ...tile, ...values });
  return { text, rows: ROWS, columns: 8 * COLS, lanes: 8, memory: 0, canSelect: ROWS % 8 === 0 };
}

/** Tiles in workgroup memory, at least 32 × 32: y · x invocations, each of which computes a part of `ROWS` × `COLS`. */
function workgroupTile(
  [LANES_Y, LANES_X]: readonly [y: number, x: number],
  ROWS: number,
  COLS: number,
  SLICE: number,
): ProductTile {
  const [rows, columns, LANES] = [LANES_Y * ROWS, LANES_X * COLS, LANES_Y * LANES_X];
  const [A_PARTS, B_PARTS] = [rows * SLICE / 16, columns * SLICE / 16];
  const tile: WorkgroupTile = {
    LANES,
    LANES_X,
    LANES_Y,
    ROWS,
    COLS,
    SLICE,
    A_PARTS,
    B_PARTS,
    PARTS: Math.ceil((A_PARTS + B_PARTS) / LANES),
    A_GROUPS: rows / 4,
    B_GROUPS: columns / 4,
    FOURS: SLICE / 4,
    // Eight neighbours that store hold SLICE / 4 fours of 32 / SLICE lines.
    TURN: Math.max(1, 32 / SLICE),
    // About as much text for all: the loop itself costs a few instructions a round.
    UNROLL: ROWS * COLS >= 32 ? 1 : 2,
  };
  const memory = 4 * SLICE * (rows + columns);
  // There must be room for what every 4 × 4 block selects where the left operand was.
  const canSelect = columns <= 4 * SLICE;
  const text = (values: ProductValues) => part(workgroupText, { ...tile, ...values });
  return { text, rows, columns, lanes: LANES, memory, canSelect };
}

/**
 * The small table of tile sizes, named after the tile of a workgroup and that of an invocation. The order of every sum
 * is the same in all of them.
 */
export const PRODUCT_TILES: Readonly<Record<ProductTileName, ProductTile>> = {
  /** In registers only. */
  "16x64/16x8": registersTile(16, 8),
  "8x64/8x8": registersTile(8, 8),
  "4x64/4x8": registersTile(4, 8),
  /** Through workgroup memory; from small to large. */
  "32x32/4x4": workgroupTile([8, 8], 4, 4, 32),
  "64x64/4x4": workgroupTile([16, 16], 4, 4, 32),
  "64x64/8x8": workgroupTile([8, 8], 8, 8, 16),
  "128x64/8x4": workgroupTile([16, 16], 8, 4, 16),
  "128x64/8x8": workgroupTile([16, 8], 8, 8, 16),
  "128x128/8x8": workgroupTile([16, 16], 8, 8, 16),
};

/** What decides between tiles, besides the name of the chosen one. */
export interface ProductExtent {
  /** Rows of the result, of all experts together. */
  readonly rows: number;
  /** Columns of the result. */
  readonly columns: number;
  /** Whether both operands are read four neighbours at a time. */
  readonly isVector: boolean;
  /** Storage type of activations. */
  readonly activationType: "f32" | "f16";
  /** Whether the product is selected from. */
  readonly selects: boolean;
}

/** The tile for a product where `name` is what suits the adapter and has at least `leastWorkgroups`. */
export function productTile(name: ProductTileName, leastWorkgroups: number, extent: ProductExtent): ProductTile {
  const { isVector, activationType, selects } = extent;
  const tile = PRODUCT_TILES[name];
  if (tile.memory === 0) {
    // Other shapes occur in no training: less text to compile.
    if (!isVector) return PRODUCT_TILES["4x64/4x8"];
    // Software adapters compile and convert halves slowly.
    return activationType === "f16" || selects && !tile.canSelect ? PRODUCT_TILES["8x64/8x8"] : tile;
  }
  if (selects && !tile.canSelect) return productTile("128x64/8x8", leastWorkgroups, extent);
  const workgroups = Math.ceil(extent.rows / tile.rows) * Math.ceil(extent.columns / tile.columns);
  return isVector && workgroups >= leastWorkgroups ? tile : PRODUCT_TILES["32x32/4x4"];
}
