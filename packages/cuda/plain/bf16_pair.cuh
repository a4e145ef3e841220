#pragma once

/** Two f32 -> bf16x2, round to nearest even; `low` goes to the lower half. */
__device__ __forceinline__ unsigned packPair(float low, float high) {
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}
