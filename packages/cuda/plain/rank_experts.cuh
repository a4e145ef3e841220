// The best experts of a token from its scores.
#pragma once
#include "common.cuh"

/** The k best experts of a token from its scores, which are used up. */
__device__ __forceinline__ void choose(float* scores, int* chosen, int experts, int slots) {
  for (int slot = 0; slot < slots; slot++) {
    int best = 0;
    for (int e = 1; e < experts; e++) {
      // NaN marks what is taken.
      if (scores[e] == scores[e] && (scores[best] != scores[best] || scores[e] > scores[best])) best = e;
    }
    chosen[slot] = best;
    scores[best] = __int_as_float(0x7fffffff);
  }
}

__device__ __forceinline__ float orLowest(float score) { return score == score ? score : -INFINITY; }
