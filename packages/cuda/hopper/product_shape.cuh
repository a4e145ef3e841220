// What a product kernel is at compile time, and the state its roles keep.
#pragma once
#include "product_store.cuh"
#include "product_tiles.cuh"

/** Everything about a kernel that is known when it is compiled. */
template <Tokens TOKENS_, bool SPARSE_, int BLOCK_M_, int BLOCK_N_, int DEPTH_, int STAGES_, bool GATHERED_ = false>
struct ProductShape {
  static constexpr Tokens TOKENS = TOKENS_;
  static constexpr bool SPARSE = SPARSE_;
  static constexpr bool GATHERED = GATHERED_;  // whether the rows of B lie apart: product_gather.cuh
  static constexpr int BLOCK_M = BLOCK_M_, BLOCK_N = BLOCK_N_, DEPTH = DEPTH_, STAGES = STAGES_;
  static constexpr int BLOCKS64 = BLOCK_M / 128;  // m64 blocks of one consumer warpgroup; half of them in a cut tile
  static constexpr int TRANS_A = TOKENS == TOKENS_ARE_DEPTH, TRANS_B = TOKENS != TOKENS_ARE_COLUMNS;
  static constexpr int PACKED = SPARSE ? DEPTH / 2 : DEPTH;  // stored elements of A along one stage
  static constexpr int A_BYTES = BLOCK_M * PACKED * 2, B_BYTES = BLOCK_N * DEPTH * 2;
  static constexpr int STAGE_BYTES = A_BYTES + B_BYTES;
  static constexpr int STORE_BYTES = storeBytes<TOKENS, BLOCKS64>();
  // Shared memory from the first multiple of 1024: the stages, the staging of both consumer warpgroups, the barriers.
  static constexpr int STAGING = STAGES * STAGE_BYTES, FULL = STAGING + 2 * STORE_BYTES, EMPTY = FULL + 8 * STAGES;
  static constexpr int SHARED_BYTES = EMPTY + 8 * STAGES + 1024;
  static constexpr int THREADS = 384;  // one producer warpgroup, two consumer warpgroups
  // Boxes of the tensor maps, columns by rows, and the bytes of their swizzle.
  static constexpr int BOX_A[3] = {TRANS_A ? 64 : PACKED, TRANS_A ? PACKED : 128, TRANS_A ? 128 : PACKED * 2};
  static constexpr int BOX_B[3] = {64, TRANS_B ? DEPTH : BLOCK_N, 128};
  static_assert(SHARED_BYTES <= 232448 && BLOCK_M == 256 && DEPTH == 64, "unsupported product shape");
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

/** How the producer hands tiles to the consumer warps, SLOTS at a time. A tile without m64 blocks ends the list. */
template <class S>
struct TileQueue {
  // One that is consumed, one that is copied, one that is known in advance, and one to spare.
  static constexpr int SLOTS = S::GATHERED ? 4 : 2;
  TileWalk<S::TOKENS, S::BLOCK_M, S::BLOCK_N> walk;  // the producer's place; its warpgroup has no registers for it
  Tile tiles[SLOTS];
  unsigned long long full[SLOTS];   // completed by the producer
  unsigned long long empty[SLOTS];  // completed by the consumer warps
};
