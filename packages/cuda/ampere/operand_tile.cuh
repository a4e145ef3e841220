// A tile of one operand in shared memory: how it is copied there, and where fragments are read.
#pragma once
#include "instructions.cuh"
#include "product_shape.cuh"

/** OUTER (M or N) x DEPTH elements. 16-byte chunks of a row are permuted so that eight rows at one chunk meet all
 * banks. */
template <Major MAJOR, int OUTER, int DEPTH>
struct OperandTile {
  static constexpr int ROWS = MAJOR == K_MAJOR ? OUTER : DEPTH;
  static constexpr int ROW_BYTES = (MAJOR == K_MAJOR ? DEPTH : OUTER) * 2, CHUNKS = ROW_BYTES / 16;
  static constexpr int ROWS_AT_ONCE = THREADS / CHUNKS, PARTS = ROWS / ROWS_AT_ONCE;

  static __device__ __forceinline__ int swizzle(int row) { return ROW_BYTES == 64 ? row >> 1 & 3 : row & 7; }

  /** Element that this thread copies first: the others are ROWS_AT_ONCE rows apart. */
  static __device__ __forceinline__ long firstElement(int pitch) {
    return static_cast<long>(threadIdx.x / CHUNKS) * pitch + threadIdx.x % CHUNKS * 8;
  }

  /** Starts part `i` of PARTS of this thread's copies; `from` is its first element. Of M or N `outer` are copied, a
   * multiple of 128. */
  static __device__ __forceinline__ void copy(int i, unsigned shared, const bf16* from, int pitch, int outer) {
    static_assert(ROWS_AT_ONCE % 8 == 0, "the rows of a thread are permuted alike");
    const int row = threadIdx.x / CHUNKS, chunk = threadIdx.x % CHUNKS;
    const unsigned place = row * ROW_BYTES + ((chunk ^ swizzle(row)) * 16) + i * ROWS_AT_ONCE * ROW_BYTES;
    const bool wanted = (MAJOR == K_MAJOR ? i * ROWS_AT_ONCE : chunk * 8) < outer;
    copyAsync16(shared + place, from + static_cast<long>(i) * ROWS_AT_ONCE * pitch, wanted);
  }

  /** What this lane adds to the address of every fragment of 16 x 16 from `first` of M or N on. PAIRS_ALONG_K: matrices
   * 0 and 1 follow one another along K (operand B), otherwise along M (operand A). */
  template <bool PAIRS_ALONG_K>
  static __device__ __forceinline__ unsigned lane(int first) {
    const int lane = threadIdx.x & 31, one = lane >> 3 & 1, two = lane >> 4;
    constexpr bool ROWS_FIRST = PAIRS_ALONG_K == (MAJOR == K_MINOR);
    return address((lane & 7) + (ROWS_FIRST ? one : two) * 8, ROWS_FIRST ? two : one, first);
  }

  /** The fragment of 16 x 16 elements number `block` along M or N and `step` along K. */
  static __device__ __forceinline__ void load(unsigned (&registers)[4], unsigned shared, unsigned lane, int block,
                                              int step) {
    load<16, 16>(registers, shared, lane, block, step);
  }

  /** The same for fragments of 8 x 32: all four matrices along K. */
  static __device__ __forceinline__ unsigned laneDeep(int first) {
    const int lane = threadIdx.x & 31;
    return MAJOR == K_MAJOR ? address(lane & 7, lane >> 3, first) : address(lane, 0, first);
  }
  static __device__ __forceinline__ void loadDeep(unsigned (&registers)[4], unsigned shared, unsigned lane, int block,
                                                  int step) {
    load<8, 32>(registers, shared, lane, block, step);
  }

 private:
  static __device__ __forceinline__ unsigned address(int row, int chunk, int first) {
    if (MAJOR == K_MAJOR) row += first;
    if (MAJOR == K_MINOR) chunk += first / 8;
    return row * ROW_BYTES + ((chunk ^ swizzle(row)) * 16);
  }

  /** Fragments are aligned, so what moves along a row of the tile can be added to its chunk by exclusive or. */
  template <int WIDTH, int HEIGHT>
  static __device__ __forceinline__ void load(unsigned (&registers)[4], unsigned shared, unsigned lane, int block,
                                              int step) {
    const unsigned offset = MAJOR == K_MAJOR ? (lane ^ (step * HEIGHT * 2)) + block * WIDTH * ROW_BYTES
                                             : (lane ^ (block * WIDTH * 2)) + step * HEIGHT * ROW_BYTES;
    loadMatrices<MAJOR == K_MINOR>(registers, shared + offset);
  }
};
