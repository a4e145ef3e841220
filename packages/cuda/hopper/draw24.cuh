// Unbiased selection on bf16 pairs: two of four tokens for two neurons at once, one in each half of a register. The
// rules are those of selectUnbiased24 of sparse24.
#pragma once
#include "../plain/bf16_pair.cuh"
#include "../plain/unbiased.cuh"
#include "pack24.cuh"

/** 0xffff in each half that is not zero; a NaN is not. */
__device__ __forceinline__ unsigned nonZeroPair(unsigned a) {
  unsigned mask;
  asm("set.neu.u32.bf16x2 %0, %1, %2;" : "=r"(mask) : "r"(a), "r"(0));
  return mask;
}

// Magnitudes as integers: NaN is more than everything.

__device__ __forceinline__ unsigned leastPair(unsigned a, unsigned b) {
  unsigned least;
  asm("min.u16x2 %0, %1, %2;" : "=r"(least) : "r"(a), "r"(b));
  return least;
}

__device__ __forceinline__ unsigned mostPair(unsigned a, unsigned b) {
  unsigned most;
  asm("max.u16x2 %0, %1, %2;" : "=r"(most) : "r"(a), "r"(b));
  return most;
}

/** Bytes of (a, b) by nibbles of SELECTORS; one with its top bit set is the sign of its byte, eight times. */
template <unsigned SELECTORS>
__device__ __forceinline__ unsigned bytesAndSigns(unsigned a, unsigned b) {
  // __byte_perm() leaves out those top bits.
  unsigned bytes;
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(bytes) : "r"(a), "r"(b), "n"(SELECTORS));
  return bytes;
}

/** 0xffff in each half where the magnitude of a is not less than b; the sign of a does not matter. */
__device__ __forceinline__ unsigned notLessPair(unsigned a, unsigned b) {
  // No half borrows from the other: bit 15 of a half stays set where its difference is not negative, and is spread.
  return bytesAndSigns<0xbb99>((a | ~MAGNITUDE) - b, 0);
}

__device__ __forceinline__ float lowOf(unsigned pair) { return __uint_as_float(pair << 16); }
__device__ __forceinline__ float highOf(unsigned pair) { return __uint_as_float(pair & 0xffff0000u); }

/** 0xffff in each half whose number is negative. */
__device__ __forceinline__ unsigned negativePair(float low, float high) {
  return bytesAndSigns<0xffbb>(__float_as_uint(low), __float_as_uint(high));
}

__device__ __forceinline__ unsigned chosen(unsigned mask, unsigned a, unsigned b) { return (a & mask) | (b & ~mask); }

/** What is stored of a kept value: the share, or itself if that is more, with its sign. */
__device__ __forceinline__ unsigned storedPair(unsigned x, unsigned share) {
  return mostPair(x & MAGNITUDE, share) | (x & ~MAGNITUDE);
}

/** What two tokens of four become for two neurons. */
struct DrawnTokens {
  Keep keep;
  unsigned share;
};

/** Two tokens of four for two neurons: which are kept, and their share. A draw for each half. */
__device__ __forceinline__ DrawnTokens drawTokens(unsigned x0, unsigned x1, unsigned x2, unsigned x3, uint2 draws) {
  const unsigned m0 = x0 & MAGNITUDE, m1 = x1 & MAGNITUDE, m2 = x2 & MAGNITUDE, m3 = x3 & MAGNITUDE;
  const unsigned upper = mostPair(m0, m1), lower = mostPair(m2, m3);
  const unsigned first = leastPair(m0, m1), second = leastPair(m2, m3);
  const unsigned third = leastPair(upper, lower), largest = mostPair(upper, lower);
  const Drawn low = drawTwo(lowOf(first), lowOf(second), lowOf(third), lowOf(largest), draws.x);
  const Drawn high = drawTwo(highOf(first), highOf(second), highOf(third), highOf(largest), draws.y);
  const unsigned isLate = negativePair(low.late, high.late), keepsFirst = negativePair(low.first, high.first);
  const unsigned dropsThird = negativePair(low.second, high.second);
  const unsigned keepsSecond = isLate ^ keepsFirst ^ dropsThird;
  const unsigned share = packPair(low.share, high.share);
  // Where fewer than two are not zero, the share is zero, and it is zeros that are to be kept.
  const unsigned keepsThird = ~dropsThird & nonZeroPair(share), keepsLargest = ~isLate & nonZeroPair(largest);
  const unsigned winsUpper = notLessPair(upper, lower), wins0 = notLessPair(x0, m1), wins2 = notLessPair(x2, m3);
  const unsigned ofUpper = chosen(winsUpper, keepsLargest, keepsThird);
  const unsigned ofLower = chosen(winsUpper, keepsThird, keepsLargest);
  const Keep keep = {chosen(wins0, ofUpper, keepsFirst), chosen(wins0, keepsFirst, ofUpper),
                     chosen(wins2, ofLower, keepsSecond), chosen(wins2, keepsSecond, ofLower)};
  return {keep, share};
}
