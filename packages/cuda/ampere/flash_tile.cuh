// Tiles of bf16 vectors of a head in shared memory, and the two products over them that attention is made of. A tile is
// rows of D elements; 16-byte chunks of a row are exchanged so that eight rows of one column of chunks lie in different
// banks.
#pragma once
#include "../plain/bf16_pair.cuh"
#include "../plain/common.cuh"
#include "mma.cuh"

constexpr float LOG2_E = 1.4426950408889634f, LN_2 = 0.6931471805599453f;

/** Chunks that are exchanged among each other: all of 128 bytes, or half of them where rows are an odd multiple of 64.
 */
template <int D>
constexpr int EXCHANGED = D % 64 == 0 ? 8 : 4;

template <int D>
constexpr int ROW_BYTES = 2 * D;

/** Byte of a chunk of a row; tiles start at multiples of 128. */
template <int D>
__device__ __forceinline__ unsigned placeOf(int row, int chunk) {
  int exchange = EXCHANGED<D> == 8 ? row & 7 : row >> 1 & 3;
  return row * ROW_BYTES<D> + (chunk ^ exchange) * 16;
}

/**
 * Where a lane reads the first four 8 x 8 matrices of a tile, so that ldmatrix leaves them in the registers that mma
 * takes them from. The same places serve every tile.
 */
struct LanePlaces {
  /** Rows 0 to 7 and 8 to 15 of chunk 0, then of chunk 1: an A operand; transposed, B operands of 8 columns each. */
  unsigned rowsFirst;
  /** Chunks 0 and 1 of rows 0 to 7, then of rows 8 to 15: two B operands whose columns are rows of the tile. */
  unsigned chunksFirst;
};

template <int D>
__device__ __forceinline__ LanePlaces lanePlaces() {
  int lane = threadIdx.x & 31;
  return {placeOf<D>(lane & 15, lane >> 4), placeOf<D>((lane & 7) + (lane >> 4) * 8, lane >> 3 & 1)};
}

/** From there to that `chunk` (even) further and `rows` (a multiple of 8) lower. */
template <int D>
__device__ __forceinline__ unsigned further(unsigned place, int rows, int chunk) {
  constexpr int LOW = EXCHANGED<D> - 1;
  return (place ^ (chunk & LOW) * 16) + (chunk & ~LOW) * 16 + rows * ROW_BYTES<D>;
}

/** Keeps what follows from `value` out of registers that live through a loop. */
template <class T>
__device__ __forceinline__ void recompute(T& value) {
  asm volatile("" : "+r"(value));
}

/** Sizes of an attention. */
struct Shape {
  int sequenceLength, heads, keyValueHeads;
};

/** Vectors of one head: row `position` starts `stride` elements after the one before. */
struct Vectors {
  const bf16* first;
  int stride;
};

/** Vectors of a head of a sequence; the contract has tokens outermost, then heads. */
template <int D>
__device__ __forceinline__ Vectors vectorsOf(const bf16* tokens, const Shape& shape, int sequence, int head,
                                             int heads) {
  return {tokens + ((long long)sequence * shape.sequenceLength * heads + head) * D, heads * D};
}

/** Starts copying ROWS vectors from `position` on into a tile; zeros beyond the end of the sequence. */
template <int D, int ROWS, int THREADS>
__device__ __forceinline__ void stage(unsigned tile, const Vectors& vectors, int position, int sequenceLength) {
  constexpr int ACROSS = D % 64 == 0 ? D / 8 : 4, ROWS_AT_ONCE = THREADS / ACROSS;
  static_assert(ROWS % ROWS_AT_ONCE == 0, "every thread copies as many chunks");
  int row = threadIdx.x / ACROSS, column = threadIdx.x % ACROSS;
  recompute(row);
  recompute(column);
  const bf16* from = vectors.first + ((long long)(position + row) * vectors.stride + column * 8);
  int left = sequenceLength - position - row;
#pragma unroll
  for (int down = 0; down < ROWS; down += ROWS_AT_ONCE) {
#pragma unroll
    for (int chunk = 0; chunk < D / 8; chunk += ACROSS) {
      copy16(tile + placeOf<D>(row + down, column + chunk), from + chunk * 8, down < left);
    }
    from += ROWS_AT_ONCE * vectors.stride;
  }
}

/** d = A B^T over all of D: rows of A from tile `a` on, rows of B from tile `b` on. */
template <int D, int M, int N>
__device__ __forceinline__ void innerProducts(float (&d)[M][N][4], unsigned a, unsigned b, LanePlaces places) {
#pragma unroll
  for (int m = 0; m < M; m++) {
#pragma unroll
    for (int n = 0; n < N; n++) d[m][n][0] = d[m][n][1] = d[m][n][2] = d[m][n][3] = 0;
  }
#pragma unroll
  for (int chunk = 0; chunk < D / 8; chunk += 2) {
    unsigned left[M][4];
#pragma unroll
    for (int m = 0; m < M; m++) loadMatrices(left[m], a + further<D>(places.rowsFirst, 16 * m, chunk));
#pragma unroll
    for (int n = 0; n < N; n += 2) {
      unsigned right[4];
      loadMatrices(right, b + further<D>(places.chunksFirst, 8 * n, chunk));
#pragma unroll
      for (int m = 0; m < M; m++) {
        multiplyAccumulate(d[m][n], left[m], right[0], right[1]);
        multiplyAccumulate(d[m][n + 1], left[m], right[2], right[3]);
      }
    }
  }
}

/** d += weights B: 16 M x 8 N weights in the layout of d, rounded to bf16; rows of B from tile `b` on. */
template <int D, int M, int N>
__device__ __forceinline__ void addWeighted(float (&d)[M][D / 8][4], const float (&weights)[M][N][4], unsigned b,
                                            LanePlaces places) {
#pragma unroll
  for (int n = 0; n < N; n += 2) {
    unsigned left[M][4];
#pragma unroll
    for (int m = 0; m < M; m++) {
      left[m][0] = packPair(weights[m][n][0], weights[m][n][1]);
      left[m][1] = packPair(weights[m][n][2], weights[m][n][3]);
      left[m][2] = packPair(weights[m][n + 1][0], weights[m][n + 1][1]);
      left[m][3] = packPair(weights[m][n + 1][2], weights[m][n + 1][3]);
    }
#pragma unroll
    for (int chunk = 0; chunk < D / 8; chunk += 2) {
      unsigned right[4];
      loadTransposed(right, b + further<D>(places.rowsFirst, 8 * n, chunk));
#pragma unroll
      for (int m = 0; m < M; m++) {
        multiplyAccumulate(d[m][chunk], left[m], right[0], right[1]);
        multiplyAccumulate(d[m][chunk + 1], left[m], right[2], right[3]);
      }
    }
  }
}

/**
 * Scores of keys that come after their query become minus infinity. Rows are queries from `query` on and columns are
 * keys from `key` on, or the other way round when TRANSPOSED.
 */
template <bool TRANSPOSED, int M, int N>
__device__ __forceinline__ void maskLaterKeys(float (&scores)[M][N][4], int query, int key) {
  int lane = threadIdx.x & 31, beyond = lane % 4 * 2 - lane / 4;
  beyond = key - query + (TRANSPOSED ? -beyond : beyond);
#pragma unroll
  for (int m = 0; m < M; m++) {
#pragma unroll
    for (int n = 0; n < N; n++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        int offset = 8 * n + i % 2 - 16 * m - 8 * (i / 2);
        if (beyond + (TRANSPOSED ? -offset : offset) > 0) scores[m][n][i] = -INFINITY;
      }
    }
  }
}

/** Writes two neighbouring results of a row as bf16. */
__device__ __forceinline__ void storePair(bf16* to, float low, float high) {
  *reinterpret_cast<unsigned*>(to) = packPair(low, high);
}
