// The sums of one warp, 64 x 64: fragments from the ring of stages, metadata from global memory.
#pragma once
#include "operand_tile.cuh"

/** Metadata of 64 rows and 128 columns: this lane's words of two of the four k steps (lanes 0, 1 of every four the
 * first two), for each 16 rows. The layout of the tiles is that of hopper/README.md. */
struct WarpMetadata {
  unsigned words[2][4];
  const unsigned* tile;

  __device__ __forceinline__ void load(int step, int block) {
    const int lane = threadIdx.x & 31;
    words[step][block] = loadConstant(tile + ((lane & 1) * 8 + (lane >> 2)) * 4 + (lane & 2) + block * 64 + step);
  }

  __device__ __forceinline__ void start(const unsigned* first) {
    tile = first;
#pragma unroll
    for (int i = 0; i < 8; i++) load(i / 4, i % 4);
  }

  /** Loads come from `words` on; the tile after that, if there is one, is fetched to L2. */
  __device__ __forceinline__ void advance(long words, bool more) {
    tile += words;
    if (more) prefetch(tile + words + (threadIdx.x & 31) * 8);
  }
};

template <class S>
struct WarpProduct {
  using A = OperandTile<S::MAJOR_A, BLOCK_M, S::PACKED>;
  using B = OperandTile<S::MAJOR_B, BLOCK_N, S::DEPTH>;
  static constexpr int FRAGMENTS =
      S::SPARSE ? 2 : 1;  // of B for 16 columns: a sparse instruction takes four matrices along K

  float sums[4][8][4];  // 16 rows, 8 columns, the instruction's four
  unsigned a[4][4];     // four times 16 rows
  unsigned b[2][FRAGMENTS][4];
  WarpMetadata metadata;
  unsigned stages, slot, freed, laneA, laneB;

  __device__ __forceinline__ WarpProduct(unsigned ring, int row, int column) : stages(ring), slot(ring) {
    laneA = A::template lane<false>(row);
    laneB = S::SPARSE ? B::laneDeep(column) : B::template lane<true>(column);
  }

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int j = 0; j < 8; j++) {
#pragma unroll
        for (int k = 0; k < 4; k++) sums[i][j][k] = 0;
      }
    }
  }

  __device__ __forceinline__ void loadA(int step, int block) { A::load(a[block], slot, laneA, block, step); }

  /** Columns 16 * pair on, for step `step`. */
  __device__ __forceinline__ void loadB(int step, int pair) {
    if constexpr (S::SPARSE) {
      B::loadDeep(b[pair & 1][0], slot + S::A_BYTES, laneB, pair * 2, step);
      B::loadDeep(b[pair & 1][1], slot + S::A_BYTES, laneB, pair * 2 + 1, step);
    } else {
      B::load(b[pair & 1][0], slot + S::A_BYTES, laneB, pair, step);
    }
  }

  /** The first fragments of the present stage. */
  __device__ __forceinline__ void start() {
#pragma unroll
    for (int block = 0; block < 4; block++) loadA(0, block);
    loadB(0, 0);
  }

  template <int PART>
  __device__ __forceinline__ void multiply(int step, int pair, int block) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float (&d)[4] = sums[block][pair * 2 + half];
      if constexpr (S::SPARSE) {
        multiplySparse<PART>(d, a[block], b[pair & 1][half], metadata.words[step][block]);
      } else {
        multiplyDense(d, a[block], &b[pair & 1][0][half * 2]);
      }
    }
  }

  /** What a block of 16 rows needs for the step after `step`. */
  template <int PART>
  __device__ __forceinline__ void reload(int step, int next, int block) {
    loadA(next, block);
    if (S::SPARSE && PART == 1) metadata.load(step, block);
  }

  /** One stage, PART of a unit of two. B is read one pair of columns ahead, A takes the place of what was used last, as
   * does metadata. Before the last pair the next stage must have arrived, and after that barrier no warp reads this
   * stage any more: among the last products its slot is filled again, if that is wanted. */
  template <int PART, class Loader>
  __device__ __forceinline__ void stage(Loader& loader, bool refill) {
#pragma unroll
    for (int i = 0; i < S::STEPS * 4; i++) {
      const int step = i / 4, pair = i % 4, next = pair < 3 ? step : (step + 1) % S::STEPS;
      const bool last = i == S::STEPS * 4 - 1;
      if (last) advance();
      loadB(next, (pair + 1) & 3);
#pragma unroll
      for (int block = 0; block < 4; block++) {
        multiply<PART>(step, pair, block);
        if (last && block < 2) {
          loader.copyPart(block * 2, freed, refill);
          loader.copyPart(block * 2 + 1, freed, refill);
        }
        if (pair == 3 && block > 0) reload<PART>(step, next, block - 1);
      }
      if (pair == 3) reload<PART>(step, next, 3);
    }
    if (refill) loader.finish();
  }

  __device__ __forceinline__ void advance() {
    waitCopies<S::STAGES - 2>();
    __syncthreads();
    freed = slot;
    slot = slot + S::STAGE_BYTES == stages + S::STAGES * S::STAGE_BYTES ? stages : slot + S::STAGE_BYTES;
  }
};
