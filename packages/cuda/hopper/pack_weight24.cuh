// Weights in 2:4 form, by the soft threshold or by magnitude, and their place in memory: a thread has four columns of
// rows `row` and `row + 8`, a warp 128.
#pragma once
#include "../plain/bf16_pair.cuh"
#include "pack24.cuh"

/** A group of four in each of two rows, eight apart. */
struct PackedPair {
  unsigned nibbles;       // of the upper row in bits 0-3, of the lower in bits 16-19
  unsigned upper, lower;  // the two kept values of each
  uint2 upperDense, lowerDense;
};

__device__ __forceinline__ float shrunk(unsigned short bits, unsigned short threshold, float scale) {
  const float value = __uint_as_float(static_cast<unsigned>(bits) << 16);
  const float magnitude = fmaxf(fabsf(value) - __uint_as_float(static_cast<unsigned>(threshold) << 16), 0.0f);
  return copysignf(magnitude * scale, magnitude == 0.0f ? 1.0f : value);
}

/** How two of four weights are kept: less the second smallest magnitude and scaled, or the two largest as they are. */
enum WeightFormat { SOFT_THRESHOLD, LARGEST };

template <WeightFormat FORMAT>
__device__ __forceinline__ PackedPair packGroups(const float4& upper, const float4& lower, float scale) {
  PackedPair pair;
  pair.upperDense = make_uint2(packPair(upper.x, upper.y), packPair(upper.z, upper.w));
  pair.lowerDense = make_uint2(packPair(lower.x, lower.y), packPair(lower.z, lower.w));
  unsigned x0, x1, x2, x3;
  interleave(pair.upperDense.x, pair.lowerDense.x, x0, x1);
  interleave(pair.upperDense.y, pair.lowerDense.y, x2, x3);
  if (FORMAT == LARGEST) {
    const Keep keep = keepTwo(x0, x1, x2, x3);
    x0 &= keep.m0, x1 &= keep.m1, x2 &= keep.m2, x3 &= keep.m3;
    pair.nibbles = nibbles(keep);
    interleave(firstKept(keep, x0, x1, x2), secondKept(keep, x1, x2, x3), pair.upper, pair.lower);
    return pair;
  }
  const unsigned k0 = x0 & MAGNITUDE, k1 = x1 & MAGNITUDE, k2 = x2 & MAGNITUDE, k3 = x3 & MAGNITUDE;
  const unsigned threshold =
      minPair(maxPair(minPair(k0, k1), minPair(k2, k3)), minPair(maxPair(k0, k1), maxPair(k2, k3)));
  // What equals the threshold becomes zero, so "kept and not zero" is "above the threshold".
  const Keep keep = {lessPair(threshold, k0), lessPair(threshold, k1), lessPair(threshold, k2),
                     lessPair(threshold, k3)};
  x0 &= keep.m0, x1 &= keep.m1, x2 &= keep.m2, x3 &= keep.m3;
  const unsigned first = firstKept(keep, x0, x1, x2), second = secondKept(keep, x1, x2, x3);
  pair.nibbles = nibbles(keep);
  const unsigned short low = threshold & 0xffff, high = threshold >> 16;
  pair.upper = packPair(shrunk(first & 0xffff, low, scale), shrunk(second & 0xffff, low, scale));
  pair.lower = packPair(shrunk(first >> 16, high, scale), shrunk(second >> 16, high, scale));
  return pair;
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

/** A packed matrix whose groups run along its columns; `flips` may be null. */
struct PackedWeight {
  unsigned short* values;
  unsigned* metadata;
  const unsigned* previous;
  unsigned* flips;
  int rows, columns;
};

/** Stores both groups and gives the positions named by exactly one of the metadata and the previous ones. The whole
 * warp calls it. */
__device__ __forceinline__ int storePacked(const PackedPair& pair, int row, int column, const PackedWeight& to) {
  const int lane = threadIdx.x & 31;
  const long top = static_cast<long>(row) * to.columns + column, bottom = top + 8l * to.columns;
  *reinterpret_cast<unsigned*>(to.values + top / 2) = pair.upper;
  *reinterpret_cast<unsigned*>(to.values + bottom / 2) = pair.lower;
  unsigned word = pair.nibbles << (4 * (lane & 3));
  word |= __shfl_xor_sync(~0u, word, 1);
  word |= __shfl_xor_sync(~0u, word, 2);
  if ((lane & 3) != 0) return 0;
  const long tile = static_cast<long>(column / 128) * (to.rows / 64) + row / 64;
  const long at = tile * 256 + metadataWord(row, column);
  const int flipped = to.previous && to.flips ? countFlips(word, to.previous[at]) : 0;
  to.metadata[at] = word;
  return flipped;
}

/** Adds the flips of a block, once: one counter for all blocks is slow to reach. All threads call it. */
__device__ __forceinline__ void addFlips(int flipped, unsigned* flips) {
  __shared__ int sum;
  if (!flips) return;
  if (threadIdx.x == 0) sum = 0;
  __syncthreads();
  const int total = __reduce_add_sync(~0u, flipped);
  if ((threadIdx.x & 31) == 0 && total != 0) atomicAdd(&sum, total);
  __syncthreads();
  if (threadIdx.x == 0 && sum != 0) atomicAdd(flips, sum);
}
