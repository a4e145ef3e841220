// Unbiased selection on bf16 pairs: one of two tokens for two neurons at once, one in each half of a register. The
// rules are those of selectUnbiased24 of sparse24.
#pragma once
#include "../plain/unbiased.cuh"
#include "pack24.cuh"

/** Two f32 -> bf16x2, round to nearest even; `low` goes to the lower half. */
__device__ __forceinline__ unsigned roundedPair(float low, float high) {
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}

/** 0xffff in each half that is not zero; a NaN is not. */
__device__ __forceinline__ unsigned nonZeroPair(unsigned a) {
  unsigned mask;
  asm("set.neu.u32.bf16x2 %0, %1, %2;" : "=r"(mask) : "r"(a), "r"(0));
  return mask;
}

/** What is kept of two tokens: half-word masks, and the sum of both magnitudes with the sign of the one that is kept.
 */
struct OneOfPair {
  unsigned isFirst, isAny, kept;
};

/** Tokens a and b; a draw for each half. */
__device__ __forceinline__ OneOfPair oneOfPair(unsigned a, unsigned b, unsigned drawLow, unsigned drawHigh) {
  const unsigned first = a & MAGNITUDE, second = b & MAGNITUDE;
  const float firstLow = __uint_as_float(first << 16), firstHigh = __uint_as_float(first & 0xffff0000u);
  const float secondLow = __uint_as_float(second << 16), secondHigh = __uint_as_float(second & 0xffff0000u);
  const float sumLow = firstLow + secondLow, sumHigh = firstHigh + secondHigh;
  const unsigned isFirst = (keepsFirst(firstLow, secondLow, sumLow, drawLow) ? 0xffffu : 0) |
                           (keepsFirst(firstHigh, secondHigh, sumHigh, drawHigh) ? 0xffff0000u : 0);
  const unsigned sum = roundedPair(sumLow, sumHigh), isAny = nonZeroPair(sum);
  const unsigned sign = ((a & isFirst) | (b & ~isFirst)) & ~MAGNITUDE;
  return {isFirst, isAny, isAny & (sum | sign)};
}

/** The nibbles of both halves: the first index is 0 or 1, the second 2 or 3, but where the first pair is empty 2 and 3.
 */
__device__ __forceinline__ unsigned nibblesOfPairs(const OneOfPair& upper, const OneOfPair& lower) {
  return 0x00080008u | (~upper.isAny & 0x00060006u) | (upper.isAny & ~upper.isFirst & 0x00010001u) |
         (lower.isAny & ~lower.isFirst & 0x00040004u);
}
