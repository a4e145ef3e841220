// The product kernel family for compute capability 8.0: one block a multiprocessor stays for the whole product and walks the list
// of tiles; copies run ahead through a ring of stages, also across tiles. Parameters, launch, layouts: README.md beside this file.
#pragma once
#include "stage_loader.cuh"
#include "store_tile.cuh"
#include "warp_product.cuh"

/** First metadata tile of the 64 rows of a warp; the next 128 columns are `metadataRows / 64` tiles on. */
template <Tokens TOKENS>
__device__ __forceinline__ const unsigned* metadataOf(const Problem& p, const Tile& tile, int warpRow) {
  const int first = TOKENS == TOKENS_ARE_ROWS ? tile.firstToken : TOKENS == TOKENS_ARE_COLUMNS ? tile.expert * p.neurons : 0;
  const int rowTile = min((first + tile.row + warpRow) / 64, p.metadataRows / 64 - 1);
  const int depthTile = TOKENS == TOKENS_ARE_DEPTH ? tile.firstToken / 128 : 0;
  return p.metadata + (static_cast<long>(depthTile) * (p.metadataRows / 64) + rowTile) * 256;
}

template <class S, Tokens TOKENS>
__device__ __forceinline__ void product(const Problem& problem, const Store& store) {
  using List = TileList<TOKENS>;
  extern __shared__ __align__(1024) unsigned char shared[];
  const unsigned ring = sharedAddress(shared);
  const int warp = threadIdx.x / 32, warpRow = warp / 2 * WARP, warpColumn = warp % 2 * WARP;
  StageLoader<S, TOKENS> loader(problem, ring);
  for (int i = 0; i < S::STAGES; i++) loader.copyStage();
  waitCopies<S::STAGES - 1>();
  __syncthreads();
  WarpProduct<S> product(ring, warpRow, warpColumn);
  product.start();
  Tile tile = List::find(problem, blockIdx.x);
  for (int index = blockIdx.x; tile.exists; index += gridDim.x) {
    const int extent = List::depth(problem, tile);
    WarpMetadata metadata = {};
    const unsigned* words = nullptr;
    if constexpr (S::SPARSE) {
      words = metadataOf<TOKENS>(problem, tile, warpRow);
      if (extent > 0) metadata.load(words);
    }
    product.clear();
    unsigned last = ring;
    for (int depth = extent; depth > 0; depth -= 2 * S::DEPTH) {
      WarpMetadata next = metadata;
      if constexpr (S::SPARSE) {
        words += static_cast<long>(problem.metadataRows / 64) * 256;
        if (depth > 2 * S::DEPTH) next.load(words);
      }
      product.template stage<0>(metadata);
      loader.copyStage();
      last = product.slot;
      product.template stage<1>(metadata);
      // The last stage's slot serves the epilogue first.
      if (depth > 2 * S::DEPTH) loader.copyStage();
      metadata = next;
    }
    Tile mine = tile;
    mine.row += warpRow;
    mine.column += warpColumn;
    storeTile<S::OUTPUT, TOKENS>(product.sums, store, problem, mine, last + warp * STAGING_BYTES);
    if (extent > 0) {
      __syncthreads();
      loader.copyStage();
    }
    tile = List::find(problem, index + gridDim.x);
  }
}

#define GROUPED_PRODUCT(name, SPARSE, MAJOR_A, MAJOR_B, OUTPUT, TOKENS)                                                     \
  extern "C" __global__ void __launch_bounds__(THREADS, 1)                                                                  \
      name(const bf16* a, const bf16* b, const unsigned* metadata, void* out, const int* offsets, const int* rowMap,        \
           int experts, int neurons, int features, int metadataRows, int accumulate) {                                      \
    product<ProductShape<SPARSE, MAJOR_A, MAJOR_B, OUTPUT>, TOKENS>(                                                        \
        Problem{a, b, metadata, offsets, experts, neurons, features, metadataRows}, Store{out, rowMap, accumulate});        \
  }
