// Soft threshold of weights and its place in memory: a thread has eight columns of rows `row` and `row + 8`.
#pragma once
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

/** A packed matrix whose groups run along its columns; `flips` may be null. */
struct PackedWeight {
  unsigned short* values;
  unsigned* metadata;
  const unsigned* previous;
  unsigned* flips;
  int rows, columns;
};

/** Stores both rows, and counts the positions named by exactly one of the metadata and the previous ones. Whole half warps call it. */
__device__ __forceinline__ void storePacked(const PackedRow& upper, const PackedRow& lower, int row, int column,
                                            const PackedWeight& to) {
  const int lane = threadIdx.x & 31;
  const unsigned active = __activemask();
  const long top = static_cast<long>(row) * to.columns + column, bottom = top + 8l * to.columns;
  *reinterpret_cast<uint2*>(to.values + top / 2) = upper.values;
  *reinterpret_cast<uint2*>(to.values + bottom / 2) = lower.values;
  const unsigned mine = upper.nibbles | (lower.nibbles << 16);
  const unsigned word = mine | (__shfl_xor_sync(active, mine, 1) << 8);
  int flipped = 0;
  if ((lane & 1) == 0) {
    const long tile = static_cast<long>(column / 128) * (to.rows / 64) + row / 64;
    const long at = tile * 256 + metadataWord(row, column);
    if (to.previous && to.flips) flipped = countFlips(word, to.previous[at]);
    to.metadata[at] = word;
  }
  if (!to.flips) return;
  const int total = __reduce_add_sync(active, flipped);
  if ((active & (1u << lane)) != 0 && lane == __ffs(active) - 1 && total != 0) atomicAdd(to.flips, total);
}
