// Soft-threshold a weight matrix and pack it 2:4 along its features, in one pass over the f32 master weights.
//
//   void pack_weight24(const float* master, bf16* dense, bf16* packed, unsigned* metadata, const unsigned* previous,
//                      unsigned* flips, float scale, int rows, int columns)
//
// master [rows, columns] row-major; rows a multiple of 64, columns of 128.
// dense    [rows, columns] the master weights rounded to bf16 (round to nearest even), or null
// packed   [rows, columns / 2] the kept values scale * sign(w) * (|w| - t), w = the rounded weights, t = the second smallest
//          magnitude of the four; difference and product in f32, rounded once to bf16
// metadata rows * columns / 32 words, layout of README.md; previous: the metadata of the step before, or null (may be
//          the same buffer as metadata)
// flips    one counter, incremented by the number of positions named by exactly one of metadata and previous (null: none)
// Launch: grid (ceil(columns / 256), rows / 16), block 256, no dynamic shared memory.
#include "pack24.cuh"
#include "product_store.cuh"

struct PackedRow {
  unsigned nibbles;  // of columns 0-3 in bits 0-3, of columns 4-7 in bits 4-7
  uint2 values;
  uint4 dense;
};

__device__ __forceinline__ float shrunk(unsigned short bits, unsigned short threshold, float scale) {
  const float value = __uint_as_float(static_cast<unsigned>(bits) << 16);
  const float magnitude = fmaxf(fabsf(value) - __uint_as_float(static_cast<unsigned>(threshold) << 16), 0.0f);
  return copysignf(magnitude * scale, magnitude == 0.0f ? 1.0f : value);
}

__device__ __forceinline__ PackedRow packRow(const float4& a, const float4& b, float scale) {
  PackedRow row;
  row.dense = make_uint4(packPair(a.x, a.y), packPair(a.z, a.w), packPair(b.x, b.y), packPair(b.z, b.w));
  unsigned x0, x1, x2, x3;
  interleave(row.dense.x, row.dense.z, x0, x1);
  interleave(row.dense.y, row.dense.w, x2, x3);
  const unsigned k0 = x0 & MAGNITUDE, k1 = x1 & MAGNITUDE, k2 = x2 & MAGNITUDE, k3 = x3 & MAGNITUDE;
  const unsigned threshold = minPair(maxPair(minPair(k0, k1), minPair(k2, k3)), minPair(maxPair(k0, k1), maxPair(k2, k3)));
  // What equals the threshold becomes zero, so "kept and not zero" is "above the threshold".
  const Keep keep = {lessPair(threshold, k0), lessPair(threshold, k1), lessPair(threshold, k2), lessPair(threshold, k3)};
  x0 &= keep.m0, x1 &= keep.m1, x2 &= keep.m2, x3 &= keep.m3;
  const unsigned first = firstKept(keep, x0, x1, x2), second = secondKept(keep, x1, x2, x3);
  const unsigned n = nibbles(keep);
  row.nibbles = (n & 15) | ((n >> 12) & 0xf0);
  const unsigned short low = threshold & 0xffff, high = threshold >> 16;
  row.values.x = packPair(shrunk(first & 0xffff, low, scale), shrunk(second & 0xffff, low, scale));
  row.values.y = packPair(shrunk(first >> 16, high, scale), shrunk(second >> 16, high, scale));
  return row;
}

/** Positions named by exactly one of two metadata words. */
__device__ __forceinline__ int countFlips(unsigned a, unsigned b) {
  int count = 0;
  if (a == b) return count;
  for (int group = 0; group < 8; group++, a >>= 4, b >>= 4) {
    const unsigned maskA = (1u << (a & 3)) | (1u << ((a >> 2) & 3)), maskB = (1u << (b & 3)) | (1u << ((b >> 2) & 3));
    count += __popc(maskA ^ maskB);
  }
  return count;
}

extern "C" __global__ void __launch_bounds__(256)
    pack_weight24(const float* __restrict__ master, unsigned short* __restrict__ dense,
                  unsigned short* __restrict__ packed, unsigned* metadata, const unsigned* previous, unsigned* flips,
                  float scale, int rows, int columns) {
  const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  const int row = blockIdx.y * 16 + warp, column = blockIdx.x * 256 + lane * 8;
  if (column >= columns) return;  // whole half warps: columns is a multiple of 128
  const unsigned active = __activemask();
  const long top = static_cast<long>(row) * columns + column, bottom = top + 8l * columns;
  const float4 a = *reinterpret_cast<const float4*>(master + top), b = *reinterpret_cast<const float4*>(master + top + 4);
  const float4 c = *reinterpret_cast<const float4*>(master + bottom);
  const float4 d = *reinterpret_cast<const float4*>(master + bottom + 4);
  const PackedRow upper = packRow(a, b, scale), lower = packRow(c, d, scale);
  if (dense) {
    *reinterpret_cast<uint4*>(dense + top) = upper.dense;
    *reinterpret_cast<uint4*>(dense + bottom) = lower.dense;
  }
  *reinterpret_cast<uint2*>(packed + top / 2) = upper.values;
  *reinterpret_cast<uint2*>(packed + bottom / 2) = lower.values;
  const unsigned mine = upper.nibbles | (lower.nibbles << 16);
  const unsigned word = mine | (__shfl_xor_sync(active, mine, 1) << 8);
  int flipped = 0;
  if ((lane & 1) == 0) {
    const long tile = static_cast<long>(column / 128) * (rows / 64) + row / 64;
    const long at = tile * 256 + metadataWord(row, column);
    if (previous && flips) flipped = countFlips(word, previous[at]);
    metadata[at] = word;
  }
  if (!flips) return;
  const int total = __reduce_add_sync(active, flipped);
  if (lane == 0 && total != 0) atomicAdd(flips, total);
}
