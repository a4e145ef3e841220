// The sum of the exponentials of a row of scores, over a block, in one pass.
#pragma once
#include "common.cuh"

constexpr float LOG2_E = 1.4426950408889634f;

/** Largest score so far, and the sum of exp(score - largest). */
struct Running {
  float largest;
  float sum;
};

/** e^x; 2 ulp, and zero below -87 or so. */
__device__ __forceinline__ float exponential(float x) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x * LOG2_E));
  return result;
}

/** The larger one; a NaN where one of both is, which fmaxf leaves out. */
__device__ __forceinline__ float larger(float a, float b) { return a > b || isnan(a) ? a : b; }

__device__ __forceinline__ Running merge(Running a, Running b) {
  float largest = larger(a.largest, b.largest);
  if (largest == -INFINITY) return {largest, 0};
  return {largest, a.sum * exponential(a.largest - largest) + b.sum * exponential(b.largest - largest)};
}

__device__ Running blockMerge(Running mine) {
  __shared__ Running partial[32];
  for (int offset = 16; offset > 0; offset /= 2) {
    Running other = {__shfl_xor_sync(~0u, mine.largest, offset), __shfl_xor_sync(~0u, mine.sum, offset)};
    // The same operands in the same order in both lanes, so that all lanes agree to the bit.
    mine = threadIdx.x & offset ? merge(other, mine) : merge(mine, other);
  }
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = mine;
  __syncthreads();
  Running total = partial[0];
  for (int warp = 1; warp < blockDim.x / 32; warp++) total = merge(total, partial[warp]);
  return total;
}
