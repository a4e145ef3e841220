import { wgsl } from "../_wgsl.ts";

/** `expert_tile`: where a tile of sorted rows lies. */
export const EXPERT_TILES: string = wgsl`
  // Finds the expert whose segment holds a tile of rows: tiles of all segments in order, no tile in two of them.
  struct ExpertTile {
    expert: u32,
    first: u32,
    end: u32,
  }

  fn expert_tile(tile: u32, rows: u32) -> ExpertTile {
    var left = tile;
    var start = u32(load_offsets(0u));
    for (var expert = 0u; expert < args.experts; expert++) {
      let end = u32(load_offsets(expert + 1u));
      let tiles = (end - start + rows - 1u) / rows;
      if (left < tiles) {
        return ExpertTile(expert, start + left * rows, end);
      }
      left -= tiles;
      start = end;
    }
    return ExpertTile(0u, 0u, 0u);
  }
`;
