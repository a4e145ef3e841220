// Soft-threshold a weight matrix, or keep the largest of it, and pack it 2:4 along its features, in one pass over the
// f32 master weights.
//
//   void pack_weight24(const float* master, bf16* dense, bf16* packed, unsigned* metadata, const unsigned* previous,
//                      unsigned* flips, float scale, int rows, int columns)
//
// master [rows, columns] row-major; rows a multiple of 64, columns of 128.
// dense    [rows, columns] the master weights rounded to bf16 (round to nearest even), or null
// packed   [rows, columns / 2] the kept values scale * sign(w) * (|w| - t), w = the rounded weights, t = the second
// smallest
//          magnitude of the four; difference and product in f32, rounded once to bf16
// metadata rows * columns / 32 words, layout of README.md; previous: the metadata of the step before, or null (may be
//          the same buffer as metadata)
// flips    one counter, incremented by the number of positions named by exactly one of metadata and previous (null:
// none) pack_weight24_largest is the same with the two largest of every four as they are; it has no use for scale.
// pack_weight24_bf16 and pack_weight24_largest_bf16 take weights of bf16, which packs them to the same bits as the
// masters that they were rounded from.
// Launch: grid (columns / 128, rows / 16), block 256, no dynamic shared memory.
#include "pack_weight24.cuh"

__device__ __forceinline__ float4 loadFour(const float* from) { return *reinterpret_cast<const float4*>(from); }

__device__ __forceinline__ float4 loadFour(const unsigned short* from) {
  const uint2 bits = *reinterpret_cast<const uint2*>(from);
  return make_float4(__uint_as_float(bits.x << 16), __uint_as_float(bits.x & 0xffff0000u),
                     __uint_as_float(bits.y << 16), __uint_as_float(bits.y & 0xffff0000u));
}

template <WeightFormat FORMAT, typename Weight>
__device__ __forceinline__ void packWeight(const Weight* __restrict__ master, unsigned short* __restrict__ dense,
                                           const PackedWeight& to, float scale) {
  const int row = blockIdx.y * 16 + threadIdx.x / 32, column = blockIdx.x * 128 + (threadIdx.x & 31) * 4;
  const long top = static_cast<long>(row) * to.columns + column, bottom = top + 8l * to.columns;
  const float4 upper = loadFour(master + top), lower = loadFour(master + bottom);
  const PackedPair pair = packGroups<FORMAT>(upper, lower, scale);
  if (dense) {
    *reinterpret_cast<uint2*>(dense + top) = pair.upperDense;
    *reinterpret_cast<uint2*>(dense + bottom) = pair.lowerDense;
  }
  addFlips(storePacked(pair, row, column, to), to.flips);
}

#define ENTRY(NAME, FORMAT, WEIGHT)                                                                                    \
  extern "C" __global__ void __launch_bounds__(256)                                                                    \
      NAME(const WEIGHT* __restrict__ master, unsigned short* __restrict__ dense, unsigned short* __restrict__ packed, \
           unsigned* metadata, const unsigned* previous, unsigned* flips, float scale, int rows, int columns) {        \
    packWeight<FORMAT>(master, dense, {packed, metadata, previous, flips, rows, columns}, scale);                      \
  }
ENTRY(pack_weight24, SOFT_THRESHOLD, float)
ENTRY(pack_weight24_largest, LARGEST, float)
ENTRY(pack_weight24_bf16, SOFT_THRESHOLD, unsigned short)
ENTRY(pack_weight24_largest_bf16, LARGEST, unsigned short)
