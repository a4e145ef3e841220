import { ATTENTION_TILES, type AttentionTileName } from "./kernels/_attention_tiles.ts";
import { PRODUCT_TILES, type ProductTileName } from "./kernels/_product_tiles.ts";

export type { AttentionTileName, ProductTileName };

/**
 * Which tile sizes the kernels use: names of the entries of a small table. Products have the same bits with all of
 * them; attention rounds in another order with other numbers of keys.
 */
export interface TileChoice {
  /** Plain products: tile of a workgroup / tile of an invocation. */
  readonly matmul: ProductTileName;
  /** Products of sorted tokens with their experts. */
  readonly groupedMatmul: ProductTileName;
  /** Attention: invocations of a workgroup / queries x keys of an invocation. */
  readonly attention: AttentionTileName;
  /**
   * A product that has fewer workgroups takes the smallest tile in workgroup memory instead: the multiprocessors of a
   * GPU would stand idle.
   */
  readonly leastWorkgroups: number;
}

/** The parts of a {@linkcode TileChoice} that come from a table. */
export type TileKind = Exclude<keyof TileChoice, "leastWorkgroups">;

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table) as Name[];
}

/** All entries of the tables, by kind of kernel. */
export const TILE_NAMES: { readonly [Kind in TileKind]: readonly TileChoice[Kind][] } = {
  matmul: namesOf(PRODUCT_TILES),
  groupedMatmul: namesOf(PRODUCT_TILES),
  attention: namesOf(ATTENTION_TILES),
};

/** For adapters that simulate a GPU on a CPU: loads are slow, and workgroup memory is no faster than any other. */
export const softwareTiles: TileChoice = {
  matmul: "16x64/16x8",
  groupedMatmul: "16x64/16x8",
  attention: "8/4x4",
  leastWorkgroups: 1,
};

/** For GPUs: tiles in workgroup memory, the fastest ones of an H100. */
export const hardwareTiles: TileChoice = {
  matmul: "64x64/8x8",
  groupedMatmul: "64x64/4x4",
  attention: "64/1x4",
  leastWorkgroups: 128,
};

/** The limits of an adapter that a tile must keep; `adapter.limits` fits. */
export interface TileLimits {
  /** Invocations of a workgroup. */
  readonly maxComputeInvocationsPerWorkgroup: number;
  /** Bytes of workgroup memory. */
  readonly maxComputeWorkgroupStorageSize: number;
}

/**
 * The entries of the table that an adapter has room for.
 *
 * @param limits `adapter.limits`
 * @returns Names by kind of kernel, in the order of the table
 *
 * @example The least that WebGPU guarantees has room for all
 * ```ts
 * import { fittingTiles } from "@beyond24/webgpu";
 * import { assert, assertFalse } from "@std/assert";
 *
 * const least = { maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupStorageSize: 16384 };
 * assert(fittingTiles(least).matmul.includes("128x128/8x8"));
 * const less = { ...least, maxComputeInvocationsPerWorkgroup: 128 };
 * assertFalse(fittingTiles(less).matmul.includes("128x128/8x8"));
 * ```
 */
export function fittingTiles(limits: TileLimits): typeof TILE_NAMES {
  const lanes = limits.maxComputeInvocationsPerWorkgroup;
  const products = TILE_NAMES.matmul.filter((name) =>
    PRODUCT_TILES[name].lanes <= lanes && PRODUCT_TILES[name].memory <= limits.maxComputeWorkgroupStorageSize
  );
  const attention = TILE_NAMES.attention.filter((name) => ATTENTION_TILES[name].queries.LANES <= lanes);
  return { matmul: products, groupedMatmul: products, attention };
}
