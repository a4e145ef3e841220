// Unbiased selection of two of every four rows, drawn with counters: selectUnbiased24 of @beyond24/sparse24, to the bit.
#pragma once

/** The rest of `mix32` of what is folded. */
__device__ __forceinline__ unsigned mixFolded(unsigned x) {
  x *= 0x21f0aaadu;
  x = (x ^ x >> 15) * 0x735a2d97u;
  return x ^ x >> 15;
}

/** The first step of `mix32`, in which bits below 2^16 stay by themselves. */
__device__ __forceinline__ unsigned folded(unsigned x) { return x ^ x >> 16; }

/** A bijection that spreads every bit over all. */
__device__ __forceinline__ unsigned mix32(unsigned x) { return mixFolded(folded(x)); }

/** Counters of a selection: the key, and the address of the step; none (null) where the largest are selected. */
struct Draw {
  unsigned key;
  const int* step;

  /** State of the draws of this step. */
  __device__ __forceinline__ unsigned state() const { return step == nullptr ? 0 : mix32(key ^ unsigned(*step)); }
};

/**
 * What is drawn of four: the share that takes the place of what is kept and less, and three numbers that are negative,
 * or not, as they are more than others, or not: the mark is beyond the share (then the largest is not kept), the first
 * that lost the tournament ends behind its mark (then it is kept), the second ends behind the mark (then the third is not
 * kept). The second is kept where that makes two.
 */
struct Drawn {
  float share, late, first, second;
};

/** Magnitudes in the order of the tournament; `draw` is a hash. No step is fused with another. */
__device__ __forceinline__ Drawn drawTwo(float first, float second, float third, float largest, unsigned draw) {
  const float ofTwo = __fadd_rn(first, second), rest = __fadd_rn(ofTwo, third);
  // fminf leaves out what is not a number.
  const float share = fminf(rest, __fmul_rn(__fadd_rn(largest, rest), 0.5f));
  const float drawn = __fsub_rn(rest, __fmul_rn(float(draw & ~255u) * 0x1p-32f, share));
  const float mark = fminf(drawn, __int_as_float(__float_as_int(rest) - 1));
  const float late = __fsub_rn(share, mark);
  return {share, late, __fsub_rn(late < 0 ? -late : mark, first), __fsub_rn(mark, ofTwo)};
}
