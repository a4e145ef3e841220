// The product kernel family for compute capability 8.0: one block a multiprocessor stays for the whole product and
// walks the list of tiles; copies run ahead through a ring of stages, also across tiles. Parameters, launch, layouts:
// README.md beside this file.
#pragma once
#include "stage_loader.cuh"
#include "store_tile.cuh"
#include "warp_product.cuh"

/** Loads the metadata of 128 columns for the 64 rows of a warp; that of the next columns lies `metadataRows / 64` tiles
 * on. */
template <class S, Tokens TOKENS>
__device__ __forceinline__ void startMetadata(WarpProduct<S>& product, const Problem& p, const Tile& tile,
                                              int warpRow) {
  if (!S::SPARSE || !tile.exists || TileList<TOKENS>::depth(p, tile) == 0) return;
  const int first = TOKENS == TOKENS_ARE_ROWS      ? tile.firstToken
                    : TOKENS == TOKENS_ARE_COLUMNS ? tile.expert * p.neurons
                                                   : 0;
  const int rowTile = min((first + tile.row + warpRow) / 64, p.metadataRows / 64 - 1);
  const int depthTile = TOKENS == TOKENS_ARE_DEPTH ? tile.firstToken / 128 : 0;
  product.metadata.start(p.metadata + (static_cast<long>(depthTile) * (p.metadataRows / 64) + rowTile) * 256);
}

template <class S, Tokens TOKENS>
__device__ __forceinline__ void product(const Problem& problem, const Store& store) {
  using List = TileList<TOKENS>;
  extern __shared__ __align__(1024) unsigned char shared[];
  const unsigned ring = sharedAddress(shared);
  const int warp = threadIdx.x / 32, warpRow = warp / 2 * WARP, warpColumn = warp % 2 * WARP;
  StageLoader<S, TOKENS> loader(problem);
  for (int i = 0; i < S::STAGES; i++) loader.copyStage(ring + i * S::STAGE_BYTES);
  waitCopies<S::STAGES - 1>();
  __syncthreads();
  WarpProduct<S> product(ring, warpRow, warpColumn);
  product.start();
  Tile tile = List::find(problem, blockIdx.x);
  startMetadata<S, TOKENS>(product, problem, tile, warpRow);
  for (int index = blockIdx.x; tile.exists; index += gridDim.x) {
    const int extent = List::depth(problem, tile);
    product.clear();
    for (int depth = extent; depth > 0; depth -= 2 * S::DEPTH) {
      product.template stage<0>(loader, true);
      // Behind the last unit the same metadata is read again: nothing lies there.
      const bool more = depth > 2 * S::DEPTH;
      if (S::SPARSE && more) product.metadata.advance(problem.metadataRows * 4L, depth > 4 * S::DEPTH);
      // The last slot of a tile serves its epilogue first.
      product.template stage<1>(loader, more);
    }
    Tile mine = tile;
    mine.row += warpRow;
    mine.column += warpColumn;
    tile = List::find(problem, index + gridDim.x);
    startMetadata<S, TOKENS>(product, problem, tile, warpRow);
    storeTile<S::OUTPUT, TOKENS>(product.sums, store, problem, mine, product.freed + warp * STAGING_BYTES);
    if (extent > 0) {
      __syncthreads();
      loader.copyStage(product.freed);
    }
  }
}

#define GROUPED_PRODUCT(name, SPARSE, MAJOR_A, MAJOR_B, OUTPUT, TOKENS)                                              \
  extern "C" __global__ void __launch_bounds__(THREADS, 1)                                                           \
      name(const bf16* a, const bf16* b, const unsigned* metadata, void* out, const int* offsets, const int* rowMap, \
           int experts, int neurons, int features, int metadataRows, int accumulate) {                               \
    product<ProductShape<SPARSE, MAJOR_A, MAJOR_B, OUTPUT>, TOKENS>(                                                 \
        Problem{a, b, metadata, offsets, experts, neurons, features, metadataRows}, Store{out, rowMap, accumulate}); \
  }

#define DENSE_PRODUCT(name, MAJOR_A, MAJOR_B, OUTPUT)                                                              \
  extern "C" __global__ void __launch_bounds__(THREADS, 1)                                                         \
      name(const bf16* a, const bf16* b, void* out, int m, int n, int k, int accumulate) {                         \
    product<ProductShape<false, MAJOR_A, MAJOR_B, OUTPUT>, NO_TOKENS>(Problem{a, b, nullptr, nullptr, m, n, k, 0}, \
                                                                      Store{out, nullptr, accumulate});            \
  }
