// The sums of one warp, 64 x 64: fragments from the ring of stages, metadata from global memory.
#pragma once
#include "operand_tile.cuh"

/** Metadata of 64 rows and 128 columns: this lane's words of two of the four k steps (lanes 0, 1 of every four the first two), for
 * each 16 rows. The layout of the tiles is that of kernels/README.md. */
struct WarpMetadata {
  uint2 words[4];

  __device__ __forceinline__ void load(const unsigned* tile) {
    const int lane = threadIdx.x & 31;
    const unsigned* from = tile + ((lane & 1) * 8 + (lane >> 2)) * 4 + (lane & 2);
#pragma unroll
    for (int block = 0; block < 4; block++) words[block] = loadConstant(from + block * 64);
  }
};

template <class S>
struct WarpProduct {
  using A = OperandTile<S::MAJOR_A, BLOCK_M, S::PACKED>;
  using B = OperandTile<S::MAJOR_B, BLOCK_N, S::DEPTH>;
  static constexpr int WIDE = S::SPARSE ? 2 : 1;  // fragments of B along K for one instruction

  float sums[4][8][4];  // 16 rows, 8 columns, the instruction's four
  unsigned a[2][4][4];  // two steps, four times 16 rows
  unsigned b[2][WIDE][4];
  unsigned stages, slot, laneA, laneB;

  __device__ __forceinline__ WarpProduct(unsigned ring, int row, int column) : stages(ring), slot(ring) {
    laneA = A::template lane<false>(row);
    laneB = S::A_BYTES + B::template lane<true>(column);
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

  __device__ __forceinline__ void loadA(int step) {
#pragma unroll
    for (int block = 0; block < 4; block++) A::load(a[step & 1][block], slot, laneA, block, step);
  }

  /** Columns 16 * pair on, for step `step`. */
  __device__ __forceinline__ void loadB(int step, int pair) {
#pragma unroll
    for (int i = 0; i < WIDE; i++) B::load(b[pair & 1][i], slot, laneB, pair, step * WIDE + i);
  }

  /** The first fragments of the present stage. */
  __device__ __forceinline__ void start() {
    loadA(0);
    loadB(0, 0);
  }

  template <int PART>
  __device__ __forceinline__ void multiply(int step, int pair, const WarpMetadata& metadata) {
    const unsigned(&fragment)[WIDE][4] = b[pair & 1];
#pragma unroll
    for (int half = 0; half < 2; half++) {
#pragma unroll
      for (int block = 0; block < 4; block++) {
        float(&d)[4] = sums[block][pair * 2 + half];
        if constexpr (S::SPARSE) {
          const unsigned columns[4] = {fragment[0][half * 2], fragment[0][half * 2 + 1], fragment[1][half * 2],
                                       fragment[1][half * 2 + 1]};
          const uint2 words = metadata.words[block];
          multiplySparse<PART>(d, a[step][block], columns, step == 0 ? words.x : words.y);
        } else {
          multiplyDense(d, a[step][block], &fragment[0][half * 2]);
        }
      }
    }
  }

  /** One stage, PART of a unit of two. Fragments are read one pair of columns ahead; before the last pair the next stage must have
   * arrived, and after that barrier no warp reads this stage any more. */
  template <int PART>
  __device__ __forceinline__ void stage(const WarpMetadata& metadata) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
      const int step = i / 4, pair = i % 4;
      if (i == 7) advance();
      if (pair == 3) loadA(step ^ 1);
      loadB(pair == 3 ? step ^ 1 : step, (pair + 1) & 3);
      multiply<PART>(step, pair, metadata);
    }
  }

  __device__ __forceinline__ void advance() {
    waitCopies<S::STAGES - 2>();
    __syncthreads();
    slot = slot + S::STAGE_BYTES == stages + S::STAGES * S::STAGE_BYTES ? stages : slot + S::STAGE_BYTES;
  }
};
