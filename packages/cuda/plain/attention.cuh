// Plain causal attention, for what neither cuDNN nor the tensor-core kernels (ampere/flash_tile.cuh) take: one warp a
// query (or key), 32 keys (or queries) at a time, one in each lane for the scores, then all lanes together over the
// width of the head. Nothing of size S x S is stored, and sums are always in the same order.
#pragma once
#include "common.cuh"

/** Widest head: 32 lanes times eight elements. */
constexpr int MAX_PER_LANE = 8;

struct Shape {
  int sequenceLength, heads, keyValueHeads, headDim;
};

/** One warp's query or key: sequence, head, position. */
struct Place {
  int sequence, head, position;

  /** Item number of a [sequences, heads, positions] grid of warps. */
  __device__ Place(long long item, int heads, int sequenceLength) {
    position = item % sequenceLength;
    head = item / sequenceLength % heads;
    sequence = item / sequenceLength / heads;
  }
};

/** Start of a head's vector of a token. */
__device__ __forceinline__ long long rowStart(const Shape& shape, int sequence, int position, int head, int heads) {
  return ((sequence * (long long)shape.sequenceLength + position) * heads + head) * shape.headDim;
}

template <class T>
__device__ __forceinline__ float dot(const float* a, const T* b, int count) {
  float sum = 0;
  for (int d = 0; d < count; d++) sum += a[d] * toFloat(b[d]);
  return sum;
}
