// Unbiased selection of one of every pair of rows, drawn with counters: selectUnbiased24 of @beyond24/sparse24, to the
// bit.
#pragma once

/** A bijection that spreads every bit over all. */
__device__ __forceinline__ unsigned mix32(unsigned x) {
  x = (x ^ x >> 16) * 0x21f0aaadu;
  x = (x ^ x >> 15) * 0x735a2d97u;
  return x ^ x >> 15;
}

/** Counters of a selection: the key, and the address of the step; none (null) where the largest are selected. */
struct Draw {
  unsigned key;
  const int* step;

  /** State of the draws of this step. */
  __device__ __forceinline__ unsigned state() const { return step == nullptr ? 0 : mix32(key ^ unsigned(*step)); }
};

/** States of the draws of the two pairs of tokens from `token`, a multiple of four. */
__device__ __forceinline__ uint2 pairStates(const Draw& draw, int token) {
  const unsigned state = draw.state(), pair = token / 2;
  return make_uint2(mix32(state ^ pair), mix32(state ^ (pair + 1)));
}

/** Whether the first of a pair of magnitudes with this sum is kept; `draw` is a hash. */
__device__ __forceinline__ bool keepsFirst(float first, float second, float sum, unsigned draw) {
  return second == 0 || float(draw >> 8) * 0x1p-24f * sum < first;
}
