// Which tile a block works on: token counts are read on the device, so the grid never depends on them.
#pragma once
#include "product_shape.cuh"

/** What the tokens of an expert are in its product. NO_TOKENS: there is one product, of given extents. */
enum Tokens { NO_TOKENS, TOKENS_ARE_COLUMNS, TOKENS_ARE_ROWS, TOKENS_ARE_DEPTH };

/** Extents and operands. For NO_TOKENS `experts` is M, `neurons` is N and `features` is K; `offsets` is null. */
struct Problem {
  const bf16* a;
  const bf16* b;
  const unsigned* metadata;
  const int* offsets;  // [experts + 1] first row of each expert's tokens, multiples of 128
  int experts;
  int neurons;   // of one expert; a multiple of 128
  int features;  // a multiple of 128
  int metadataRows;
};

struct Tile {
  int expert;
  int firstToken;
  int tokens;  // of the expert
  int row;     // inside the expert's D
  int column;  // inside the expert's D
  int exists;  // 0 behind the last tile
};

/** The products of TOKENS: extents of an expert's D[M, N] and of K, and its tiles. */
template <Tokens TOKENS>
struct TileList {
  static constexpr int BAND = 8;  // row tiles that share their B columns in L2 while the columns pass

  static __device__ __forceinline__ int rows(const Problem& p, const Tile& tile) {
    return TOKENS == NO_TOKENS ? p.experts : TOKENS == TOKENS_ARE_ROWS ? tile.tokens : p.neurons;
  }
  static __device__ __forceinline__ int columns(const Problem& p, const Tile& tile) {
    return TOKENS == NO_TOKENS ? p.neurons : TOKENS == TOKENS_ARE_COLUMNS ? tile.tokens : p.features;
  }
  static __device__ __forceinline__ int depth(const Problem& p, const Tile& tile) {
    return TOKENS == TOKENS_ARE_DEPTH ? tile.tokens : TOKENS == TOKENS_ARE_ROWS ? p.neurons : p.features;
  }

  /** Tile number `index` of all experts. */
  static __device__ __forceinline__ Tile find(const Problem& p, int index) {
    const int experts = TOKENS == NO_TOKENS ? 1 : p.experts;
    int first = 0;
    for (int expert = 0; expert < experts; expert++) {
      const int end = TOKENS == NO_TOKENS ? 0 : p.offsets[expert + 1];
      Tile tile = {expert, first, end - first, 0, 0, 1};
      first = end;
      const int rowTiles = (rows(p, tile) + BLOCK_M - 1) / BLOCK_M,
                columnTiles = (columns(p, tile) + BLOCK_N - 1) / BLOCK_N;
      if (index >= rowTiles * columnTiles) {
        index -= rowTiles * columnTiles;
        continue;
      }
      const int band = index / (BAND * columnTiles), inside = index - band * BAND * columnTiles;
      const int height = min(BAND, rowTiles - band * BAND);
      tile.row = (band * BAND + inside % height) * BLOCK_M;
      tile.column = inside / height * BLOCK_N;
      return tile;
    }
    return {};
  }
};
