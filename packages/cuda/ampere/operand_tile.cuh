// A tile of one operand in shared memory: how it is copied there, and where fragments are read.
#pragma once
#include "instructions.cuh"
#include "product_shape.cuh"

/** OUTER (M or N) x DEPTH elements. 16-byte chunks of a row are permuted so that eight rows at one chunk meet all banks. */
template <Major MAJOR, int OUTER, int DEPTH>
struct OperandTile {
  static constexpr int ROWS = MAJOR == K_MAJOR ? OUTER : DEPTH;
  static constexpr int ROW_BYTES = (MAJOR == K_MAJOR ? DEPTH : OUTER) * 2, CHUNKS = ROW_BYTES / 16;
  static constexpr int ROWS_AT_ONCE = THREADS / CHUNKS;

  static __device__ __forceinline__ int swizzle(int row) { return ROW_BYTES == 64 ? row >> 1 & 3 : row & 7; }

  /** Element that this thread copies first: the others are ROWS_AT_ONCE rows apart. */
  static __device__ __forceinline__ long firstElement(int pitch) {
    return static_cast<long>(threadIdx.x / CHUNKS) * pitch + threadIdx.x % CHUNKS * 8;
  }

  /** Starts this thread's share of the copies; `from` is its first element, what lies behind `outer` is left out. */
  static __device__ __forceinline__ void copy(unsigned shared, const bf16* from, int pitch, int outer) {
    const int firstRow = threadIdx.x / CHUNKS, chunk = threadIdx.x % CHUNKS;
#pragma unroll
    for (int i = 0; i < ROWS / ROWS_AT_ONCE; i++) {
      const int row = firstRow + i * ROWS_AT_ONCE;
      if ((MAJOR == K_MAJOR ? row : chunk * 8) >= outer) continue;
      copyAsync16(shared + row * ROW_BYTES + ((chunk ^ swizzle(row)) * 16), from + static_cast<long>(i) * ROWS_AT_ONCE * pitch);
    }
  }

  /** What this lane adds to the address of every fragment of 16 x 16 from `first` of M or N on. PAIRS_ALONG_K: matrices 0 and 1 follow
   * one another along K (operand B), otherwise along M (operand A). */
  template <bool PAIRS_ALONG_K>
  static __device__ __forceinline__ unsigned lane(int first) {
    const int lane = threadIdx.x & 31, one = lane >> 3 & 1, two = lane >> 4;
    constexpr bool ROWS_FIRST = PAIRS_ALONG_K == (MAJOR == K_MINOR);
    const int row = (lane & 7) + (ROWS_FIRST ? one : two) * 8 + (MAJOR == K_MAJOR ? first : 0);
    const int chunk = (ROWS_FIRST ? two : one) + (MAJOR == K_MAJOR ? 0 : first / 8);
    return row * ROW_BYTES + ((chunk ^ swizzle(row)) * 16);
  }

  /** The fragment of 16 x 16 elements number `block` along M or N and `step` along K. */
  static __device__ __forceinline__ void load(unsigned (&registers)[4], unsigned shared, unsigned lane, int block, int step) {
    const unsigned address = MAJOR == K_MAJOR ? (lane ^ (step * 32)) + block * 16 * ROW_BYTES
                                              : (lane ^ (block * 32)) + step * 16 * ROW_BYTES;
    loadMatrices<MAJOR == K_MINOR>(registers, shared + address);
  }
};
