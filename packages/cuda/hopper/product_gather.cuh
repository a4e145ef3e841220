// Producers of products whose B has rows that lie apart: the copy engine cannot gather rows, so the four warps of the producer copy B
// by cp.async, in the layout of the 128-byte swizzle, while A comes by TMA.
#pragma once
#include "product_producer.cuh"

/** Row r of B is row order[r] / replicas of `rows` [any, features], or zeros where order is negative. */
struct GatheredRows {
  const unsigned short* rows;
  const int* order;
  int replicas;
};

/** 16 bytes, or zeros of what does not exist. */
__device__ __forceinline__ void copyVector(unsigned shared, const void* global, bool exists) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared), "l"(global), "r"(exists ? 16 : 0) : "memory");
}

/** An arrival once all copies of this thread so far are done; the barrier counts on it from the start. */
__device__ __forceinline__ void arriveAfterCopies(unsigned barrier) {
  asm volatile("cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%0];" ::"r"(barrier) : "memory");
}

/**
 * What a producer thread copies of a stage: column vector threadIdx.x % 8 of every 16th row from threadIdx.x / 8, so that eight lanes
 * read a whole line. Rows are tokens, along N (192 of 64 features) or along the depth (64 of BLOCK_N features).
 */
template <class S>
struct RowCopies {
  static constexpr int ROWS = (S::TRANS_B ? S::DEPTH : S::BLOCK_N) / 16, SLABS = S::TRANS_B ? S::BLOCK_N / 64 : 1;
  int vectors[ROWS];  // number of the first vector of each row in `rows`, negative for zeros

  /** Rows first, first + 1, ... of B; those from `end` on are zeros. */
  __device__ __forceinline__ void find(const GatheredRows& b, int features, int first, int end) {
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      const int row = first + threadIdx.x / 8 + 16 * i;
      const int replica = row < end ? b.order[row] : -1;
      vectors[i] = replica < 0 ? -1 : replica / b.replicas * (features / 8) + static_cast<int>(threadIdx.x % 8);
    }
  }

  /** Copies features column, column + 1, ... of all rows. */
  __device__ __forceinline__ void copy(const GatheredRows& b, int features, int column, unsigned sharedB) {
    const int line = threadIdx.x / 8;
    const unsigned target = sharedB + line * 128 + ((threadIdx.x % 8) ^ (line % 8)) * 16;
#pragma unroll
    for (int slab = 0; slab < SLABS; slab++) {
      // Zeros have an address, too: that of row 0.
      const bool inside = SLABS == 1 || column + slab * 64 < features;
      const uint4* from = reinterpret_cast<const uint4*>(b.rows + (inside ? column + slab * 64 : 0));
#pragma unroll
      for (int i = 0; i < ROWS; i++) {
        asm volatile("" : "+r"(vectors[i]));  // so that no addresses are kept from stage to stage: 40 registers are all there are
        copyVector(target + (slab * S::DEPTH + i * 16) * 128, from + max(vectors[i], 0), inside && vectors[i] >= 0);
      }
    }
  }
};

/** Copies the operands of one tile, stage after stage. BLOCKS = m64 blocks of each consumer warpgroup. */
template <class S, int BLOCKS>
__device__ __forceinline__ void produceTile(const TensorMap& a, const GatheredRows& b, const Tile& tile, const Problem& problem,
                                            unsigned stages, Ring<S::STAGES>& ring) {
  constexpr unsigned BYTES = BLOCKS * (S::A_BYTES / S::BLOCKS64);
  const int steps = tile.units * (128 / S::DEPTH), cluster = tile.expert * problem.neurons;
  const int rowA = firstRowOfA<S>(tile, cluster), depthA = firstDepthOfA<S>(tile);
  RowCopies<S> copies;
  const int first = tile.firstToken + (S::TRANS_B ? 0 : tile.column), end = S::TRANS_B ? 1 << 30 : tile.firstToken + tile.columns;
  copies.find(b, problem.features, first, end);
  for (int step = 0; step < steps; step++, ring.advance()) {
    const unsigned sharedA = stages + ring.stage * S::STAGE_BYTES, barrier = stages + S::FULL + 8 * ring.stage;
    waitBarrier(stages + S::EMPTY + 8 * ring.stage, ring.parity ^ 1);
    if (threadIdx.x == 0) {
      arriveExpecting(barrier, BYTES);
      copyA<S, BLOCKS>(a, sharedA, rowA, depthA + step * S::PACKED, barrier);
    }
    copies.copy(b, problem.features, S::TRANS_B ? tile.column : step * S::DEPTH, sharedA + S::A_BYTES);
    arriveAfterCopies(barrier);
    // The rows of the next stage are on their way while this thread waits for room.
    if (S::TRANS_B && step + 1 < steps) copies.find(b, problem.features, first + (step + 1) * S::DEPTH, end);
  }
}

template <class S>
__device__ void produce(const TensorMap& a, const GatheredRows& b, const Problem& problem, unsigned stages,
                        TileQueue<S>& queue) {
  Ring<S::STAGES> ring;
  Ring<2> slot;
  if (threadIdx.x == 0) queue.walk = TileWalk<S::TOKENS, S::BLOCK_M, S::BLOCK_N>(problem);
  for (int index = blockIdx.x;; index += gridDim.x, slot.advance()) {
    if (threadIdx.x == 0) handOver(queue, slot, index);
    syncNamed(3, 128);  // also: nobody reads the tile before the last one any more
    const Tile tile = queue.tiles[slot.stage];
    if (tile.blocks == 0) return;
    if (tile.blocks == S::BLOCKS64) {
      produceTile<S, S::BLOCKS64>(a, b, tile, problem, stages, ring);
    } else {
      produceTile<S, S::BLOCKS64 / 2>(a, b, tile, problem, stages, ring);
    }
  }
}
