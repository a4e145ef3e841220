// The product kernel family: persistent, warp-specialised (one producer warpgroup, two consumer warpgroups), TMA + wgmma.
// D[M, N] = A[M, K] B[K, N] per expert, A dense or 2:4 packed along K, bf16 in, f32 accumulators.
// Launch geometry, tensor maps and memory layouts: README.md beside this file.
#pragma once
#include "mbarrier.cuh"
#include "product_store.cuh"
#include "product_tiles.cuh"
#include "tma.cuh"
#include "wgmma.cuh"

/** Everything about a kernel that is known when it is compiled. */
template <Tokens TOKENS_, bool SPARSE_, int BLOCK_M_, int BLOCK_N_, int DEPTH_, int STAGES_>
struct ProductShape {
  static constexpr Tokens TOKENS = TOKENS_;
  static constexpr bool SPARSE = SPARSE_;
  static constexpr int BLOCK_M = BLOCK_M_, BLOCK_N = BLOCK_N_, DEPTH = DEPTH_, STAGES = STAGES_;
  static constexpr int BLOCKS64 = BLOCK_M / 128;  // m64 blocks of one consumer warpgroup
  static constexpr int TRANS_A = TOKENS == TOKENS_ARE_DEPTH, TRANS_B = TOKENS != TOKENS_ARE_COLUMNS;
  static constexpr int PACKED = SPARSE ? DEPTH / 2 : DEPTH;  // stored elements of A along one stage
  static constexpr int A_BYTES = BLOCK_M * PACKED * 2, B_BYTES = BLOCK_N * DEPTH * 2;
  static constexpr int STAGE_BYTES = A_BYTES + B_BYTES;
  static constexpr int STORE_BYTES = storeBytes<TOKENS, BLOCKS64>();
  static constexpr int SHARED_BYTES = STAGES * STAGE_BYTES + 2 * STORE_BYTES + STAGES * 16 + 1024;
  static_assert(SHARED_BYTES <= 232448 && (SPARSE || DEPTH == 64), "unsupported product shape");
};

/** Index of the ring stage in use and how often the ring has wrapped (mod 2). */
template <int STAGES>
struct Ring {
  int stage = 0;
  unsigned parity = 0;
  __device__ void advance() {
    if (++stage == STAGES) stage = 0, parity ^= 1;
  }
};

template <class S>
__device__ void produce(const TensorMap& a, const TensorMap& b, const Problem& problem, unsigned stages, unsigned full,
                        unsigned empty) {
  Ring<S::STAGES> ring;
  TileWalk<S::TOKENS, S::BLOCK_M, S::BLOCK_N> walk(problem);
  for (int index = blockIdx.x; walk.seek(index); index += gridDim.x) {
    const Tile& tile = walk.tile;
    const int cluster = tile.expert * problem.neurons;
    for (int step = 0; step < tile.units * (128 / S::DEPTH); step++, ring.advance()) {
      const unsigned sharedA = stages + ring.stage * S::STAGE_BYTES, sharedB = sharedA + S::A_BYTES;
      const unsigned barrier = full + 8 * ring.stage;
      waitBarrier(empty + 8 * ring.stage, ring.parity ^ 1);
      arriveExpecting(barrier, S::STAGE_BYTES);
      if (S::TRANS_A) {
        const int y = (S::SPARSE ? tile.firstToken / 2 : tile.firstToken) + step * S::PACKED;
#pragma unroll
        for (int slab = 0; slab < S::BLOCK_M / 64; slab++) {
          copyTile(sharedA + slab * S::PACKED * 128, a, tile.row + slab * 64, y, barrier);
        }
      } else {
        const int y = (S::TOKENS == TOKENS_ARE_ROWS ? tile.firstToken : cluster) + tile.row;
        copyTile(sharedA, a, step * S::PACKED, y, barrier);
      }
      if (S::TRANS_B) {
        const int y = (S::TOKENS == TOKENS_ARE_ROWS ? cluster : tile.firstToken) + step * S::DEPTH;
#pragma unroll
        for (int slab = 0; slab < S::BLOCK_N / 64; slab++) {
          copyTile(sharedB + slab * S::DEPTH * 128, b, tile.column + slab * 64, y, barrier);
        }
      } else {
#pragma unroll
        for (int slab = 0; slab < S::DEPTH / 64; slab++) {
          copyTile(sharedB + slab * S::BLOCK_N * 128, b, step * S::DEPTH + slab * 64, tile.firstToken + tile.column,
                   barrier);
        }
      }
    }
  }
}

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
template <class S, int SUB>
__device__ __forceinline__ void multiplyStage(float (&acc)[S::BLOCKS64][S::BLOCK_N / 2], unsigned shared, int group,
                                              const Metadata (&metadata)[S::BLOCKS64]) {
  using W = Wgmma<S::BLOCK_N>;
  constexpr int STEP = S::SPARSE ? 32 : 16;
  constexpr int A_ROW = S::TRANS_A ? 128 : S::PACKED * 2;
  constexpr unsigned long long A_BITS = descriptorBits(A_ROW, A_ROW * 8, S::PACKED * 128);
  constexpr unsigned long long B_BITS = descriptorBits(128, 1024, S::DEPTH * 128);
  const unsigned sharedA = shared + group * (S::A_BYTES / 2);
  const unsigned sharedB = shared + S::A_BYTES;
#pragma unroll
  for (int step = 0; step < S::DEPTH / STEP; step++) {
    const int k = step * STEP;
    const int offsetA = S::TRANS_A ? step * 2048 : step * 32;
    const int offsetB = S::TRANS_B ? k * 128 : (k / 64) * S::BLOCK_N * 128 + (k % 64) * 2;
    const unsigned long long b = B_BITS | ((sharedB + offsetB) >> 4);
#pragma unroll
    for (int block = 0; block < S::BLOCKS64; block++) {
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
  unsigned stages, full, empty;
  int group;
  const unsigned* metadataTiles;
  Ring<S::STAGES> ring;
  int held = -1;  // the stage that the running wgmmas still read
  long tile;      // metadata tile of this warpgroup's first 64 rows in the current unit
  int lastRowTile;  // clamps the blocks that lie beyond the metadata
  int pitch;

  __device__ __forceinline__ void release(int stage) {
    if ((threadIdx.x & 31) == 0) arrive(empty + 8 * stage);
  }

  __device__ __forceinline__ void load(Metadata (&metadata)[S::BLOCKS64]) {
    if constexpr (S::SPARSE) {
#pragma unroll
      for (int block = 0; block < S::BLOCKS64; block++) metadata[block].load(metadataTiles, tile + min(block, lastRowTile));
      tile += pitch;
    }
  }

  /** One ring stage: waits for it, starts its wgmmas, releases the stage before. */
  template <int SUB>
  __device__ __forceinline__ void stage(float (&acc)[S::BLOCKS64][S::BLOCK_N / 2],
                                        const Metadata (&metadata)[S::BLOCKS64]) {
    waitBarrier(full + 8 * ring.stage, ring.parity);
    fenceWgmma();
    multiplyStage<S, SUB>(acc, stages + ring.stage * S::STAGE_BYTES, group, metadata);
    commitWgmma();
    waitWgmma<1>();
    if (held >= 0) release(held);
    held = ring.stage;
    ring.advance();
  }

  /** 128 of K with `now`, while the metadata of the next 128 arrives in `next`: not before the wgmmas that still read
   * the old contents of `next` are done, which the first stage's wait says. */
  __device__ __forceinline__ void unit(float (&acc)[S::BLOCKS64][S::BLOCK_N / 2], const Metadata (&now)[S::BLOCKS64],
                                       Metadata (&next)[S::BLOCKS64], bool more) {
    stage<0>(acc, now);
    if (more) load(next);
    if constexpr (S::DEPTH == 64) stage<1>(acc, now);
  }

  __device__ __forceinline__ void run(float (&acc)[S::BLOCKS64][S::BLOCK_N / 2], int units) {
    Metadata even[S::BLOCKS64] = {}, odd[S::BLOCKS64] = {};
#pragma unroll
    for (int block = 0; block < S::BLOCKS64; block++) {
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
    for (int block = 0; block < S::BLOCKS64; block++) pin(acc[block]);
    release(held);
    held = -1;
  }
};

template <class S>
__device__ void consume(const unsigned* metadata, int metadataRows, const Store& store, const Problem& problem,
                        unsigned stages, unsigned full, unsigned empty, unsigned staging, int group) {
  Consumer<S> consumer{stages, full, empty, group, metadata};
  consumer.pitch = metadataRows / 64;
  TileWalk<S::TOKENS, S::BLOCK_M, S::BLOCK_N> walk(problem);
  for (int index = blockIdx.x; walk.seek(index); index += gridDim.x) {
    Tile tile = walk.tile;
    tile.row += group * S::BLOCKS64 * 64;
    if constexpr (S::SPARSE) {
      const int origin = S::TOKENS == TOKENS_ARE_ROWS      ? tile.firstToken
                         : S::TOKENS == TOKENS_ARE_COLUMNS ? tile.expert * problem.neurons
                                                           : 0;
      const int rowTile = min((origin + tile.row) / 64, consumer.pitch - 1);
      const int depthTile = S::TOKENS == TOKENS_ARE_DEPTH ? tile.firstToken / 128 : 0;
      consumer.lastRowTile = consumer.pitch - 1 - rowTile;
      consumer.tile = static_cast<long>(depthTile) * consumer.pitch + rowTile;
    }
    float acc[S::BLOCKS64][S::BLOCK_N / 2];
    consumer.run(acc, tile.units);
    storeTile<S::TOKENS, S::BLOCKS64, S::BLOCK_N>(acc, tile, store, problem, staging, group);
  }
}

template <class S>
__device__ __forceinline__ void product(const TensorMap& a, const TensorMap& b, const unsigned* metadata,
                                        int metadataRows, const Store& store, const Problem& problem) {
  extern __shared__ unsigned char shared[];
  const unsigned stages = (sharedAddress(shared) + 1023) & ~1023u;
  const unsigned staging = stages + S::STAGES * S::STAGE_BYTES;
  const unsigned full = staging + 2 * S::STORE_BYTES, empty = full + 8 * S::STAGES;
  if (threadIdx.x == 0) {
    prefetchMap(a);
    prefetchMap(b);
    for (int i = 0; i < S::STAGES; i++) {
      initBarrier(full + 8 * i, 1);
      initBarrier(empty + 8 * i, 8);  // one arrival per consumer warp
    }
    publishBarriers();
  }
  __syncthreads();
  const int warpgroup = threadIdx.x / 128;
  if (warpgroup == 0) {
    asm volatile("setmaxnreg.dec.sync.aligned.u32 40;");
    if (threadIdx.x == 0) produce<S>(a, b, problem, stages, full, empty);
  } else {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 232;");
    consume<S>(metadata, metadataRows, store, problem, stages, full, empty, staging + (warpgroup - 1) * S::STORE_BYTES,
               warpgroup - 1);
  }
}
