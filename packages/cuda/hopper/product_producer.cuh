// The producer thread: hands out the tiles, and fills the ring of stages by TMA.
#pragma once
#include "product_shape.cuh"
#include "tma.cuh"

/** Where a tile begins in stored A. */
template <class S>
__device__ __forceinline__ int firstRowOfA(const Tile& tile, int cluster) {
  return S::TRANS_A ? tile.row : tile.row + (S::TOKENS == TOKENS_ARE_ROWS ? tile.firstToken : cluster);
}
template <class S>
__device__ __forceinline__ int firstDepthOfA(const Tile& tile) {
  return !S::TRANS_A ? 0 : S::SPARSE ? tile.firstToken / 2 : tile.firstToken;
}

/** Copies A of one stage. `row` and `depth` are where the tile begins in the stored matrix. */
template <class S, int BLOCKS>
__device__ __forceinline__ void copyA(const TensorMap& a, unsigned shared, int row, int depth, unsigned barrier) {
  if (S::TRANS_A) {
#pragma unroll
    for (int slab = 0; slab < BLOCKS * 2; slab++) {
      copyTile(shared + slab * S::PACKED * 128, a, row + slab * 64, depth, barrier);
    }
  } else {
#pragma unroll
    for (int part = 0; part < BLOCKS; part++) {
      copyTile(shared + part * 128 * S::PACKED * 2, a, depth, row + part * 128, barrier);
    }
  }
}

/** Copies the operands of one tile, stage after stage. BLOCKS = m64 blocks of each consumer warpgroup. */
template <class S, int BLOCKS>
__device__ __forceinline__ void produceTile(const TensorMap& a, const TensorMap& b, const Tile& tile, int cluster,
                                            unsigned stages, Ring<S::STAGES>& ring) {
  constexpr unsigned BYTES = S::B_BYTES + BLOCKS * (S::A_BYTES / S::BLOCKS64);
  const int steps = tile.units * (128 / S::DEPTH), column = tile.column;
  const int rowA = firstRowOfA<S>(tile, cluster), depthA = firstDepthOfA<S>(tile);
  const int rowB = S::TOKENS == TOKENS_ARE_ROWS ? cluster : tile.firstToken;
  for (int step = 0; step < steps; step++, ring.advance()) {
    const unsigned sharedA = stages + ring.stage * S::STAGE_BYTES, sharedB = sharedA + S::A_BYTES;
    const unsigned barrier = stages + S::FULL + 8 * ring.stage;
    waitBarrier(stages + S::EMPTY + 8 * ring.stage, ring.parity ^ 1);
    arriveExpecting(barrier, BYTES);
    copyA<S, BLOCKS>(a, sharedA, rowA, depthA + step * S::PACKED, barrier);
    if (S::TRANS_B) {
#pragma unroll
      for (int slab = 0; slab < S::BLOCK_N / 64; slab++) {
        copyTile(sharedB + slab * S::DEPTH * 128, b, column + slab * 64, rowB + step * S::DEPTH, barrier);
      }
    } else {
      copyTile(sharedB, b, step * S::DEPTH, rowB + column, barrier);
    }
  }
}

/** Hands the tile of piece `index` of the work to the consumers, or one without blocks behind the last. */
template <class S>
__device__ __forceinline__ Tile handOver(TileQueue<S>& queue, const Ring<TileQueue<S>::SLOTS>& slot, int index) {
  const bool more = queue.walk.seek(index);
  waitBarrier(sharedAddress(&queue.empty[slot.stage]), slot.parity ^ 1);
  Tile tile = queue.walk.tile;
  if (!more) tile.blocks = 0;
  queue.tiles[slot.stage] = tile;
  arrive(sharedAddress(&queue.full[slot.stage]));
  return tile;
}

template <class S>
__device__ void produce(const TensorMap& a, const TensorMap& b, const Problem& problem, unsigned stages,
                        TileQueue<S>& queue) {
  if (threadIdx.x > 0) return;
  Ring<S::STAGES> ring;
  Ring<TileQueue<S>::SLOTS> slot;
  queue.walk = TileWalk<S::TOKENS, S::BLOCK_M, S::BLOCK_N>(problem);
  for (int index = blockIdx.x;; index += gridDim.x, slot.advance()) {
    const Tile tile = handOver(queue, slot, index);
    if (tile.blocks == 0) return;
    const int cluster = tile.expert * problem.neurons;
    if (tile.blocks == S::BLOCKS64) {
      produceTile<S, S::BLOCKS64>(a, b, tile, cluster, stages, ring);
    } else {
      produceTile<S, S::BLOCKS64 / 2>(a, b, tile, cluster, stages, ring);
    }
  }
}
