// The producer thread: fills the ring of stages by TMA.
#pragma once
#include "product_shape.cuh"
#include "tma.cuh"

/** Copies the operands of one tile, stage after stage. BLOCKS = m64 blocks of each consumer warpgroup. */
template <class S, int BLOCKS>
__device__ __forceinline__ void produceTile(const TensorMap& a, const TensorMap& b, const Tile& tile, int cluster,
                                            unsigned stages, Ring<S::STAGES>& ring) {
  constexpr unsigned BYTES = S::B_BYTES + BLOCKS * (S::A_BYTES / S::BLOCKS64);
  const int steps = tile.units * (128 / S::DEPTH), column = tile.column;
  const int rowA = S::TRANS_A ? tile.row : tile.row + (S::TOKENS == TOKENS_ARE_ROWS ? tile.firstToken : cluster);
  const int depthA = !S::TRANS_A ? 0 : S::SPARSE ? tile.firstToken / 2 : tile.firstToken;
  const int rowB = S::TOKENS == TOKENS_ARE_ROWS ? cluster : tile.firstToken;
  for (int step = 0; step < steps; step++, ring.advance()) {
    const unsigned sharedA = stages + ring.stage * S::STAGE_BYTES, sharedB = sharedA + S::A_BYTES;
    const unsigned barrier = stages + S::FULL + 8 * ring.stage;
    waitBarrier(stages + S::EMPTY + 8 * ring.stage, ring.parity ^ 1);
    arriveExpecting(barrier, BYTES);
    if (S::TRANS_A) {
#pragma unroll
      for (int slab = 0; slab < BLOCKS * 2; slab++) {
        copyTile(sharedA + slab * S::PACKED * 128, a, rowA + slab * 64, depthA + step * S::PACKED, barrier);
      }
    } else {
#pragma unroll
      for (int part = 0; part < BLOCKS; part++) {
        copyTile(sharedA + part * 128 * S::PACKED * 2, a, step * S::PACKED, rowA + part * 128, barrier);
      }
    }
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

template <class S>
__device__ void produce(const TensorMap& a, const TensorMap& b, const Problem& problem, unsigned stages,
                        TileQueue<S>& queue) {
  Ring<S::STAGES> ring;
  Ring<2> slot;
  queue.walk = TileWalk<S::TOKENS, S::BLOCK_M, S::BLOCK_N>(problem);
  for (int index = blockIdx.x;; index += gridDim.x, slot.advance()) {
    const bool more = queue.walk.seek(index);
    waitBarrier(sharedAddress(&queue.empty[slot.stage]), slot.parity ^ 1);
    Tile tile = queue.walk.tile;
    if (!more) tile.blocks = 0;
    queue.tiles[slot.stage] = tile;
    arrive(sharedAddress(&queue.full[slot.stage]));
    if (!more) return;
    const int cluster = tile.expert * problem.neurons;
    if (tile.blocks == S::BLOCKS64) {
      produceTile<S, S::BLOCKS64>(a, b, tile, cluster, stages, ring);
    } else {
      produceTile<S, S::BLOCKS64 / 2>(a, b, tile, cluster, stages, ring);
    }
  }
}
