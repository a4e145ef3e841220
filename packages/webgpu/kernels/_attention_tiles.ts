/** Invocations of a workgroup / queries x keys that meet in the registers of one of them. */
export type AttentionTileName = "8/4x4" | "8/2x2" | "32/1x4" | "64/1x4" | "32/2x2";

/** Invocations of a workgroup, and the queries and keys that meet in the registers of one of them. */
export interface AttentionTile {
  /** Invocations. */
  readonly LANES: number;
  /** Queries. */
  readonly QUERIES: number;
  /** Keys. */
  readonly KEYS: number;
}

/** Tiles of the kernels whose invocations own queries, and of the one whose invocations own keys. */
export interface AttentionTiles {
  /** For kernels whose invocations own queries. */
  readonly queries: AttentionTile;
  /** For kernels whose invocations own keys. */
  readonly keys: AttentionTile;
}

function tiles(LANES: number, queries: readonly [number, number], keys: readonly [number, number]): AttentionTiles {
  return {
    queries: { LANES, QUERIES: queries[0], KEYS: queries[1] },
    keys: { LANES, QUERIES: keys[0], KEYS: keys[1] },
  };
}

/**
 * The small table, named after invocations, queries and keys: many pairs in registers where every load is slow, few
 * where registers are.
 */
export const ATTENTION_TILES: Readonly<Record<AttentionTileName, AttentionTiles>> = {
  "8/4x4": tiles(8, [4, 4], [4, 2]),
  "8/2x2": tiles(8, [2, 2], [2, 1]),
  "32/1x4": tiles(32, [1, 4], [2, 1]),
  "64/1x4": tiles(64, [1, 4], [2, 1]),
  "32/2x2": tiles(32, [2, 2], [2, 2]),
};
