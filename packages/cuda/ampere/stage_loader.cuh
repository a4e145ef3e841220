// Fills the ring of stages, tile after tile, always STAGES ahead of the products.
#pragma once
#include "operand_tile.cuh"
#include "tile_list.cuh"

template <class S, Tokens TOKENS>
struct StageLoader {
  using A = OperandTile<S::MAJOR_A, BLOCK_M, S::PACKED>;
  using B = OperandTile<S::MAJOR_B, BLOCK_N, S::DEPTH>;
  using List = TileList<TOKENS>;
  static constexpr int PARTS = 4;
  static_assert(A::PARTS <= PARTS && B::PARTS <= PARTS, "one part for each 16 rows of a warp");
  static constexpr int DENSITY = S::SPARSE ? 2 : 1;  // elements of A for one that is stored

  const Problem& problem;
  int index;      // of the tile being copied
  int remaining;  // of its stages; 0 behind the last tile
  int rows;       // of the expert's D from the tile on; 0 behind the last tile
  const bf16* a = nullptr;
  const bf16* b = nullptr;

  __device__ __forceinline__ StageLoader(const Problem& p) : problem(p), index(blockIdx.x) { enter(); }

  /** The first tile from `index` on that has anything to copy. */
  __device__ __forceinline__ void enter() {
    for (;; index += gridDim.x) {
      const Tile tile = List::find(problem, index);
      remaining = tile.exists ? List::depth(problem, tile) / S::DEPTH : 0;
      rows = 0;
      if (tile.exists && remaining == 0) continue;
      if (remaining > 0) place(tile);
      return;
    }
  }

  /** Elements from one row of A to the next as it is stored. */
  __device__ __forceinline__ int pitchA() const {
    if (S::MAJOR_A == K_MINOR) return TOKENS == NO_TOKENS ? problem.experts : problem.neurons;
    return (TOKENS == TOKENS_ARE_ROWS ? problem.neurons : problem.features) / DENSITY;
  }
  __device__ __forceinline__ int pitchB() const {
    return TOKENS == NO_TOKENS && S::MAJOR_B == K_MINOR ? problem.neurons : problem.features;
  }

  __device__ __forceinline__ void place(const Tile& tile) {
    const int cluster = TOKENS == NO_TOKENS ? 0 : tile.expert * problem.neurons, first = tile.firstToken;
    rows = List::rows(problem, tile) - tile.row;
    const int rowA = TOKENS == TOKENS_ARE_ROWS ? first : TOKENS == TOKENS_ARE_COLUMNS ? cluster : 0;
    const int depthA = TOKENS == TOKENS_ARE_DEPTH ? first / DENSITY : 0;
    const int rowB = TOKENS == TOKENS_ARE_COLUMNS ? first : 0;
    const int depthB = TOKENS == TOKENS_ARE_ROWS ? cluster : TOKENS == TOKENS_ARE_DEPTH ? first : 0;
    a = problem.a + origin<S::MAJOR_A>(rowA + tile.row, depthA, pitchA()) + A::firstElement(pitchA());
    b = problem.b + origin<S::MAJOR_B>(rowB + tile.column, depthB, pitchB()) + B::firstElement(pitchB());
  }

  template <Major MAJOR>
  static __device__ __forceinline__ long origin(int outer, int depth, int pitch) {
    return MAJOR == K_MAJOR ? static_cast<long>(outer) * pitch + depth : static_cast<long>(depth) * pitch + outer;
  }

  /** Starts part `i` of PARTS of the copies of a stage into a slot, if it is wanted and there is one. */
  __device__ __forceinline__ void copyPart(int i, unsigned slot, bool wanted) {
    if (i < A::PARTS) A::copy(i, slot, a, pitchA(), wanted ? rows : 0);
    if (i < B::PARTS) B::copy(i, slot + S::A_BYTES, b, pitchB(), wanted && rows > 0 ? BLOCK_N : 0);
  }

  /** Ends the group of a stage, and goes to the next. */
  __device__ __forceinline__ void finish() {
    commitCopies();
    a += S::MAJOR_A == K_MAJOR ? S::PACKED : static_cast<long>(S::PACKED) * pitchA();
    b += S::MAJOR_B == K_MAJOR ? S::DEPTH : static_cast<long>(S::DEPTH) * pitchB();
    if (remaining == 0 || --remaining > 0) return;
    index += gridDim.x;
    enter();
  }

  __device__ __forceinline__ void copyStage(unsigned slot) {
#pragma unroll
    for (int i = 0; i < PARTS; i++) copyPart(i, slot, true);
    finish();
  }
};
