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
};

/** TILE_M x TILE_N is what one block covers. */
template <Tokens TOKENS, int TILE_M, int TILE_N>
struct TileWalk {
  static constexpr int BAND = 8;  // tiles of one band share their A rows in L2 while B streams past
  Problem problem;
  Tile tile;
  int rowTiles;
  int columnTiles;
  int base;

  __device__ explicit TileWalk(const Problem& p) : problem(p), base(0) { enter(0); }

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

  /** Moves to tile `index` (never decreasing from call to call); false behind the last tile. */
  __device__ bool seek(int index) {
    while (index >= base + rowTiles * columnTiles) {
      base += rowTiles * columnTiles;
      if (tile.expert + 1 == problem.experts) return false;
      enter(tile.expert + 1);
    }
    int local = index - base;
    int band = local / (BAND * columnTiles);
    int height = min(BAND, rowTiles - band * BAND);
    int inside = local - band * BAND * columnTiles;
    int columnTile = inside / height;
    tile.row = (band * BAND + inside - columnTile * height) * TILE_M;
    tile.column = columnTile * TILE_N;
    return true;
  }
};
