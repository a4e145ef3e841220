// Which tile of which expert a block works on next. Every role of a block walks the same list with its own copy of this
// state; the token counts are read on the device, so the grid never depends on them.
#pragma once

/** What the tokens of an expert are in its product D[M, N] = A[M, K] B[K, N]. */
enum Tokens { TOKENS_ARE_COLUMNS, TOKENS_ARE_ROWS, TOKENS_ARE_DEPTH };

struct Problem {
  const int* offsets;  // [experts + 1] first row of each expert's tokens, multiples of 128
  int experts;
  int neurons;   // of one expert; a multiple of 128
  int features;  // a multiple of 128
};

struct Tile {
  int expert;
  int firstToken;
  int row;      // inside the expert's D
  int column;   // inside the expert's D
  int rows;     // extent of the expert's D
  int columns;  // extent of the expert's D
  int units;    // K / 128
  int blocks;   // m64 blocks of each of the two consumer warpgroups
};

/** TILE_M x TILE_N is what one block covers, or half of the rows where there are no more. When at most half the blocks
 * have a tile in the last round, those tiles are cut into two of TILE_M / 2 rows. */
template <Tokens TOKENS, int TILE_M, int TILE_N>
struct TileWalk {
  static constexpr int BAND = 8;  // tiles of one band share their A rows in L2 while B streams past
  Problem problem;
  Tile tile;
  int rowTiles;
  int columnTiles;
  int base;
  int total;  // tiles of all experts
  int whole;  // the first tile that is cut

  __device__ explicit TileWalk(const Problem& p) : problem(p), base(0), total(0) {
    for (int expert = problem.experts - 1; expert >= 0; expert--) {
      enter(expert);
      total += rowTiles * columnTiles;
    }
    const int rest = total % gridDim.x;
    whole = 2 * rest <= gridDim.x ? total - rest : total;
  }

  __device__ void enter(int expert) {
    int first = problem.offsets[expert];
    int count = problem.offsets[expert + 1] - first;
    tile.expert = expert;
    tile.firstToken = first;
    tile.rows = TOKENS == TOKENS_ARE_ROWS ? count : problem.neurons;
    tile.columns = TOKENS == TOKENS_ARE_COLUMNS ? count : problem.features;
    int depth = TOKENS == TOKENS_ARE_COLUMNS ? problem.features : TOKENS == TOKENS_ARE_ROWS ? problem.neurons : count;
    tile.units = depth / 128;
    rowTiles = (tile.rows + TILE_M - 1) / TILE_M;
    columnTiles = (tile.columns + TILE_N - 1) / TILE_N;
  }

  /** Moves to piece `index` of work (never decreasing from call to call); false behind the last. */
  __device__ bool seek(int index) {
    const bool cut = index >= whole;
    const int target = cut ? whole + (index - whole) / 2 : index;
    if (target >= total) return false;
    while (target >= base + rowTiles * columnTiles) {
      base += rowTiles * columnTiles;
      enter(tile.expert + 1);
    }
    const int local = target - base;
    const int band = local / (BAND * columnTiles);
    const int height = min(BAND, rowTiles - band * BAND);
    const int inside = local - band * BAND * columnTiles;
    const int columnTile = inside / height;
    tile.row = (band * BAND + inside - columnTile * height) * TILE_M;
    tile.column = columnTile * TILE_N;
    tile.blocks = cut || tile.rows - tile.row <= TILE_M / 2 ? TILE_M / 256 : TILE_M / 128;
    if (cut && ((index - whole) & 1)) tile.row += TILE_M / 2;
    return true;
  }
};
