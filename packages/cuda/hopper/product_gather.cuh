// Producers of products whose B has rows that lie apart: the copy engine cannot gather rows, so the four warps of the
// producer copy B by cp.async, in the layout of the 128-byte swizzle, while A comes by TMA.
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
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared), "l"(global), "r"(exists ? 16 : 0)
               : "memory");
}

/** An arrival once all copies of this thread so far are done; the barrier counts on it from the start. */
__device__ __forceinline__ void arriveAfterCopies(unsigned barrier) {
  asm volatile("cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%0];" ::"r"(barrier) : "memory");
}

/**
 * The rows that one warp copies of a batch: 128 of the depth, or all of a tile along N. Row i of a lane is row
 * threadIdx.x / 8 + 16 i, so that eight lanes read a whole line; each lane holds the number of one of them (of two,
 * where there are more), and the others ask it.
 */
template <class S>
struct RowBatch {
  static constexpr int ROWS = (S::TRANS_B ? 128 : S::BLOCK_N) / 16, HELD = (ROWS + 7) / 8;
  int held[HELD];  // as loaded: replicas; then the first vectors of the rows in `rows`. Negative for zeros

  /** Rows first, first + 1, ... of B; those from `end` on are zeros. The copies of this thread do not wait for it. */
  __device__ __forceinline__ void load(const GatheredRows& b, int first, int end) {
    const int lane = threadIdx.x & 31;
#pragma unroll
    for (int i = 0; i < HELD; i++) {
      const int row = first + threadIdx.x / 32 * 4 + lane % 4 + (lane / 4 + i * 8) * 16;
      held[i] = row < end && lane / 4 + i * 8 < ROWS ? b.order[row] : -1;
    }
  }

  __device__ __forceinline__ void find(const GatheredRows& b, int features) {
#pragma unroll
    for (int i = 0; i < HELD; i++) held[i] = held[i] < 0 ? -1 : held[i] / b.replicas * (features / 8);
  }

  /** The first vector of row i of this lane. */
  __device__ __forceinline__ int vector(int i) const {
    return __shfl_sync(~0u, held[i / 8], i % 8 * 4 + (threadIdx.x & 31) / 8);
  }
};

/** Copies features column, column + 1, ... of COUNT rows from number FIRST to a slab of B in shared memory. */
template <class S, int FIRST, int COUNT>
__device__ __forceinline__ void copyRows(const GatheredRows& b, const RowBatch<S>& batch, int column, bool inside,
                                         unsigned slab) {
  const int line = threadIdx.x / 8, chunk = threadIdx.x % 8;
  const unsigned target = slab + line * 128 + (chunk ^ (line % 8)) * 16;
  // Zeros have an address, too: that of row 0.
  const uint4* from = reinterpret_cast<const uint4*>(b.rows + (inside ? column : 0)) + chunk;
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    const int vector = batch.vector(FIRST + i);
    copyVector(target + i * 16 * 128, from + max(vector, 0), inside && vector >= 0);
  }
}

/** A tile that is gathered, with the rows of its first batches on their way while the tile before is copied. */
template <class S>
struct GatheredTile {
  static constexpr int AHEAD = S::TRANS_B ? 3 : 1;  // in order, a load returns only after the copies before it
  Tile tile;
  RowBatch<S> batches[AHEAD];

  __device__ __forceinline__ void load(const GatheredRows& b, RowBatch<S>& batch, int number) const {
    const int first = tile.firstToken + (S::TRANS_B ? number * 128 : tile.column);
    batch.load(b, first, tile.firstToken + (S::TRANS_B ? tile.units * 128 : tile.columns));
  }

  __device__ __forceinline__ void take(const GatheredRows& b, const Tile& from) {
    tile = from;
    if (tile.blocks == 0) return;
#pragma unroll
    for (int i = 0; i < AHEAD; i++) load(b, batches[i], i);
  }
};

/** Waits for room in the ring, and begins a stage with the copies of A. */
template <class S, int BLOCKS>
__device__ __forceinline__ void beginStage(const TensorMap& a, const Tile& tile, int cluster, int step, unsigned stages,
                                           const Ring<S::STAGES>& ring) {
  const unsigned barrier = stages + S::FULL + 8 * ring.stage;
  waitBarrier(stages + S::EMPTY + 8 * ring.stage, ring.parity ^ 1);
  if (threadIdx.x == 0) {
    arriveExpecting(barrier, BLOCKS * (S::A_BYTES / S::BLOCKS64));
    copyA<S, BLOCKS>(a, stages + ring.stage * S::STAGE_BYTES, firstRowOfA<S>(tile, cluster),
                     firstDepthOfA<S>(tile) + step * S::PACKED, barrier);
  }
  __syncwarp();
}

/** One stage whose rows are along the depth: half of a batch. */
template <class S, int BLOCKS, int HALF>
__device__ __forceinline__ void produceDepth(const TensorMap& a, const GatheredRows& b, const Tile& tile, int unit,
                                             const RowBatch<S>& batch, const Problem& problem, unsigned stages,
                                             Ring<S::STAGES>& ring) {
  beginStage<S, BLOCKS>(a, tile, tile.expert * problem.neurons, unit * 2 + HALF, stages, ring);
  const unsigned sharedB = stages + ring.stage * S::STAGE_BYTES + S::A_BYTES;
#pragma unroll
  for (int slab = 0; slab < S::BLOCK_N / 64; slab++) {
    const int column = tile.column + slab * 64;
    copyRows<S, HALF * 4, 4>(b, batch, column, column < problem.features, sharedB + slab * S::DEPTH * 128);
  }
  arriveAfterCopies(stages + S::FULL + 8 * ring.stage);
  ring.advance();
}

/** Copies the operands of one tile, stage after stage. BLOCKS = m64 blocks of each consumer warpgroup. */
template <class S, int BLOCKS>
__device__ __forceinline__ void produceTile(const TensorMap& a, const GatheredRows& b, GatheredTile<S>& gathered,
                                            const Problem& problem, unsigned stages, Ring<S::STAGES>& ring) {
  const Tile& tile = gathered.tile;
  if constexpr (S::TRANS_B) {
    for (int unit = 0; unit < tile.units; unit++) {
      RowBatch<S> batch = gathered.batches[0];
#pragma unroll
      for (int i = 1; i < gathered.AHEAD; i++) gathered.batches[i - 1] = gathered.batches[i];
      gathered.load(b, gathered.batches[gathered.AHEAD - 1], unit + gathered.AHEAD);
      batch.find(b, problem.features);
      produceDepth<S, BLOCKS, 0>(a, b, tile, unit, batch, problem, stages, ring);
      produceDepth<S, BLOCKS, 1>(a, b, tile, unit, batch, problem, stages, ring);
    }
  } else {
    gathered.batches[0].find(b, problem.features);
    for (int step = 0; step < tile.units * (128 / S::DEPTH); step++, ring.advance()) {
      beginStage<S, BLOCKS>(a, tile, tile.expert * problem.neurons, step, stages, ring);
      copyRows<S, 0, RowBatch<S>::ROWS>(b, gathered.batches[0], step * S::DEPTH, true,
                                        stages + ring.stage * S::STAGE_BYTES + S::A_BYTES);
      arriveAfterCopies(stages + S::FULL + 8 * ring.stage);
    }
  }
}

template <class S>
__device__ void produce(const TensorMap& a, const GatheredRows& b, const Problem& problem, unsigned stages,
                        TileQueue<S>& queue) {
  Ring<S::STAGES> ring;
  Ring<TileQueue<S>::SLOTS> slot;
  if (threadIdx.x == 0) queue.walk = TileWalk<S::TOKENS, S::BLOCK_M, S::BLOCK_N>(problem);
  int index = blockIdx.x;
  GatheredTile<S> now, next;
  const auto take = [&](GatheredTile<S>& gathered) {
    if (threadIdx.x == 0) handOver(queue, slot, index);
    syncNamed(3, 128);  // also: nobody reads the tile before the last one any more
    gathered.take(b, queue.tiles[slot.stage]);
    index += gridDim.x;
    slot.advance();
  };
  for (take(next); next.tile.blocks > 0;) {
    now = next;
    take(next);
    if (now.tile.blocks == S::BLOCKS64) {
      produceTile<S, S::BLOCKS64>(a, b, now, problem, stages, ring);
    } else {
      produceTile<S, S::BLOCKS64 / 2>(a, b, now, problem, stages, ring);
    }
  }
}
