// The consumer warpgroups: wgmma over the ring of stages, then the epilogue.
#pragma once
#include "product_shape.cuh"
#include "wgmma.cuh"

/** Everything of a shared-memory matrix descriptor but its address. */
__device__ __forceinline__ constexpr unsigned long long descriptorBits(int swizzle, int strideBytes, int leadingBytes) {
  return static_cast<unsigned long long>(swizzle == 128 ? 1 : 2) << 62 |
         static_cast<unsigned long long>(strideBytes >> 4) << 32 |
         static_cast<unsigned long long>(leadingBytes >> 4) << 16;
}

/** The metadata of one 64-row block and 128 columns: this lane's registers for k steps 0, 1 (lanes 0, 1 of a quad)
 * or 2, 3 (lanes 2, 3 of a quad). */
struct Metadata {
  unsigned words[2];
  __device__ __forceinline__ void load(const unsigned* tiles, long tile) {
    const int lane = threadIdx.x & 31, warp = (threadIdx.x >> 5) & 3;
    const unsigned* source = tiles + tile * 256 + ((warp * 2 + (lane & 1)) * 8 + (lane >> 2)) * 4 + (lane & 2);
    asm volatile("ld.global.nc.v2.u32 {%0, %1}, [%2];" : "=r"(words[0]), "=r"(words[1]) : "l"(source));
  }
};

template <int N>
__device__ __forceinline__ void pin(float (&registers)[N]) {
#pragma unroll
  for (int i = 0; i < N; i++) asm volatile("" : "+f"(registers[i])::"memory");
}

/** Multiplies one ring stage; SUB = which part of a 128-deep unit it is. */
template <class S, int SUB, int BLOCKS>
__device__ __forceinline__ void multiplyStage(float (&acc)[BLOCKS][S::BLOCK_N / 2], unsigned shared, int group,
                                              const Metadata (&metadata)[BLOCKS]) {
  using W = Wgmma<S::BLOCK_N>;
  constexpr int STEP = S::SPARSE ? 32 : 16;
  constexpr int A_ROW = S::TRANS_A ? 128 : S::PACKED * 2;
  constexpr unsigned long long A_BITS = descriptorBits(A_ROW, A_ROW * 8, S::PACKED * 128);
  constexpr unsigned long long B_BITS = descriptorBits(128, 1024, S::DEPTH * 128);
  const unsigned sharedA = shared + group * BLOCKS * 64 * S::PACKED * 2;
  const unsigned sharedB = shared + S::A_BYTES;
#pragma unroll
  for (int step = 0; step < S::DEPTH / STEP; step++) {
    const int k = step * STEP;
    const int offsetA = S::TRANS_A ? step * 2048 : step * 32;
    const int offsetB = S::TRANS_B ? k * 128 : (k / 64) * S::BLOCK_N * 128 + (k % 64) * 2;
    const unsigned long long b = B_BITS | ((sharedB + offsetB) >> 4);
#pragma unroll
    for (int block = 0; block < BLOCKS; block++) {
      const unsigned long long a = A_BITS | ((sharedA + block * 64 * S::PACKED * 2 + offsetA) >> 4);
      if constexpr (S::SPARSE) {
        constexpr int FIRST = SUB * S::DEPTH / 32;
        const unsigned word = metadata[block].words[(FIRST + step) & 1];
        if ((FIRST + step) / 2 == 0) {
          W::template sparse<S::TRANS_A, S::TRANS_B, 0>(acc[block], a, b, word, 1);
        } else {
          W::template sparse<S::TRANS_A, S::TRANS_B, 1>(acc[block], a, b, word, 1);
        }
      } else {
        W::template dense<S::TRANS_A, S::TRANS_B>(acc[block], a, b, 1);
      }
    }
  }
}

template <class S>
struct Consumer {
  unsigned stages;
  int group;
  const unsigned* metadataTiles;
  Ring<S::STAGES> ring;
  int held = -1;    // the stage that the running wgmmas still read
  long tile;        // metadata tile of this warpgroup's first 64 rows in the current unit
  int lastRowTile;  // clamps the blocks that lie beyond the metadata
  int pitch;

  __device__ __forceinline__ void release(int stage) {
    if ((threadIdx.x & 31) == 0) arrive(stages + S::EMPTY + 8 * stage);
  }

  template <int BLOCKS>
  __device__ __forceinline__ void load(Metadata (&metadata)[BLOCKS]) {
    if constexpr (S::SPARSE) {
#pragma unroll
      for (int block = 0; block < BLOCKS; block++) metadata[block].load(metadataTiles, tile + min(block, lastRowTile));
      tile += pitch;
    }
  }

  /** One ring stage: waits for it, starts its wgmmas, releases the stage before. */
  template <int SUB, int BLOCKS>
  __device__ __forceinline__ void stage(float (&acc)[BLOCKS][S::BLOCK_N / 2], const Metadata (&metadata)[BLOCKS]) {
    waitBarrier(stages + S::FULL + 8 * ring.stage, ring.parity);
    if (S::GATHERED) fenceCopies();
    fenceWgmma();
    multiplyStage<S, SUB, BLOCKS>(acc, stages + ring.stage * S::STAGE_BYTES, group, metadata);
    commitWgmma();
    waitWgmma<1>();
    if (held >= 0) release(held);
    held = ring.stage;
    ring.advance();
  }

  /** 128 of K with `now`, while the metadata of the next 128 arrives in `next`: not before the wgmmas that still read
   * the old contents of `next` are done, which the first stage's wait says. */
  template <int BLOCKS>
  __device__ __forceinline__ void unit(float (&acc)[BLOCKS][S::BLOCK_N / 2], const Metadata (&now)[BLOCKS],
                                       Metadata (&next)[BLOCKS], bool more) {
    stage<0, BLOCKS>(acc, now);
    if (more) load(next);
    stage<1, BLOCKS>(acc, now);
  }

  template <int BLOCKS>
  __device__ __forceinline__ void run(float (&acc)[BLOCKS][S::BLOCK_N / 2], int units) {
    Metadata even[BLOCKS] = {}, odd[BLOCKS] = {};
#pragma unroll
    for (int block = 0; block < BLOCKS; block++) {
#pragma unroll
      for (int i = 0; i < S::BLOCK_N / 2; i++) acc[block][i] = 0.0f;
    }
    if (units == 0) return;
    load(even);
    for (int u = 0; u < units; u += 2) {
      unit(acc, even, odd, u + 1 < units);
      if (u + 1 == units) break;
      unit(acc, odd, even, u + 2 < units);
    }
    waitWgmma<0>();
#pragma unroll
    for (int block = 0; block < BLOCKS; block++) pin(acc[block]);
    release(held);
    held = -1;
  }
};

/** `queued` stays in shared memory: the products leave no registers for what only the epilogue needs. */
template <class S, int BLOCKS>
__device__ __forceinline__ void consumeTile(Consumer<S>& consumer, const Tile& queued, const Store& store,
                                            const Problem& problem) {
  float acc[BLOCKS][S::BLOCK_N / 2];
  consumer.run(acc, queued.units);
  asm volatile("" ::: "memory");
  Tile tile = queued;
  tile.row += consumer.group * BLOCKS * 64;
  const unsigned staging = consumer.stages + S::STAGING + consumer.group * S::STORE_BYTES;
  storeTile<S::TOKENS, BLOCKS, S::BLOCK_N>(acc, tile, store, problem, staging, consumer.group);
}

template <class S>
__device__ void consume(const unsigned* metadata, int metadataRows, const Store& store, const Problem& problem,
                        unsigned stages, int group, TileQueue<S>& queue) {
  Consumer<S> consumer{stages, group, metadata};
  consumer.pitch = metadataRows / 64;
  for (Ring<TileQueue<S>::SLOTS> slot;; slot.advance()) {
    waitBarrier(sharedAddress(&queue.full[slot.stage]), slot.parity);
    const Tile& tile = queue.tiles[slot.stage];
    if (tile.blocks == 0) return;
    if constexpr (S::SPARSE) {
      const int origin = S::TOKENS == TOKENS_ARE_ROWS      ? tile.firstToken
                         : S::TOKENS == TOKENS_ARE_COLUMNS ? tile.expert * problem.neurons
                                                           : 0;
      const int rowTile = min((origin + tile.row) / 64 + group * tile.blocks, consumer.pitch - 1);
      const int depthTile = S::TOKENS == TOKENS_ARE_DEPTH ? tile.firstToken / 128 : 0;
      consumer.lastRowTile = consumer.pitch - 1 - rowTile;
      consumer.tile = static_cast<long>(depthTile) * consumer.pitch + rowTile;
    }
    if (tile.blocks == S::BLOCKS64) {
      consumeTile<S, S::BLOCKS64>(consumer, tile, store, problem);
    } else {
      consumeTile<S, S::BLOCKS64 / 2>(consumer, tile, store, problem);
    }
    __syncwarp();
    if ((threadIdx.x & 31) == 0) arrive(sharedAddress(&queue.empty[slot.stage]));
  }
}
