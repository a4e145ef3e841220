// 2:4 selection on bf16 pairs: every function works on two groups of four at once, one in each half of its registers.
// x0..x3 hold element 0..3 of both groups. Rules (equal to sparse24's keepTwo24, nibble24 and pack24): the two largest
// magnitudes are kept, ties go to the lowest index, zeros are never kept, and a group with fewer than two kept
// elements completes its nibble as torch does.
#pragma once

constexpr unsigned MAGNITUDE = 0x7fff7fffu;

/** 0xffff in each half where a < b; both are non-negative bf16 pairs. */
__device__ __forceinline__ unsigned lessPair(unsigned a, unsigned b) {
#if __CUDA_ARCH__ >= 900
  unsigned mask;
  asm("set.lt.u32.bf16x2 %0, %1, %2;" : "=r"(mask) : "r"(a), "r"(b));
  return mask;
#else
  return __vcmpltu2(a, b);
#endif
}

__device__ __forceinline__ unsigned minPair(unsigned a, unsigned b) {
  unsigned least;
  asm("min.bf16x2 %0, %1, %2;" : "=r"(least) : "r"(a), "r"(b));
  return least;
}

__device__ __forceinline__ unsigned maxPair(unsigned a, unsigned b) {
  unsigned most;
  asm("max.bf16x2 %0, %1, %2;" : "=r"(most) : "r"(a), "r"(b));
  return most;
}

/** Product of bf16 pairs, each rounded once to nearest even. */
__device__ __forceinline__ unsigned multiplyPair(unsigned a, unsigned b) {
  unsigned product;
  asm("{ .reg .b32 zero; mov.b32 zero, 0x80008000; fma.rn.bf16x2 %0, %1, %2, zero; }" : "=r"(product) : "r"(a), "r"(b));
  return product;
}

__device__ __forceinline__ unsigned reluPair(unsigned a) {
  unsigned positive;
  asm("{ .reg .b32 zero; mov.b32 zero, 0; max.bf16x2 %0, %1, zero; }" : "=r"(positive) : "r"(a));
  return positive;
}

/** a = (low of x, low of y), b = (high of x, high of y). */
__device__ __forceinline__ void interleave(unsigned x, unsigned y, unsigned& a, unsigned& b) {
  a = __byte_perm(x, y, 0x5410);
  b = __byte_perm(x, y, 0x7632);
}

__device__ __forceinline__ unsigned atLeastTwo(unsigned a, unsigned b, unsigned c) {
  return (a & b) | (a & c) | (b & c);
}

/** Which elements are kept: half-word masks m0..m3. */
struct Keep {
  unsigned m0, m1, m2, m3;
};

__device__ __forceinline__ Keep keepTwo(unsigned x0, unsigned x1, unsigned x2, unsigned x3) {
  const unsigned k0 = x0 & MAGNITUDE, k1 = x1 & MAGNITUDE, k2 = x2 & MAGNITUDE, k3 = x3 & MAGNITUDE;
  const unsigned b01 = lessPair(k0, k1), b02 = lessPair(k0, k2), b03 = lessPair(k0, k3);
  const unsigned b12 = lessPair(k1, k2), b13 = lessPair(k1, k3), b23 = lessPair(k2, k3);
  return {lessPair(0, k0) & ~atLeastTwo(b01, b02, b03), lessPair(0, k1) & ~atLeastTwo(~b01, b12, b13),
          lessPair(0, k2) & ~atLeastTwo(~b02, ~b12, b23), lessPair(0, k3) & ~atLeastTwo(~b03, ~b13, ~b23)};
}

/** The metadata nibble of each half (in its low four bits). */
__device__ __forceinline__ unsigned nibbles(const Keep& keep) {
  const unsigned first1 = ~keep.m0 & keep.m1, first2 = ~keep.m0 & ~keep.m1, both = keep.m0 & keep.m1;
  return (first1 & 0x00010001u) | (first2 & 0x00020002u) | ((both | first2 | keep.m3) & 0x00040004u) |
         (~both & 0x00080008u);
}

/** The element that the nibble names first; x is zero wherever it is not kept. */
__device__ __forceinline__ unsigned firstKept(const Keep& keep, unsigned x0, unsigned x1, unsigned x2) {
  return x0 | (~keep.m0 & (x1 | (~keep.m1 & x2)));
}

/** The element that the nibble names second; x is zero wherever it is not kept. */
__device__ __forceinline__ unsigned secondKept(const Keep& keep, unsigned x1, unsigned x2, unsigned x3) {
  return x3 | (x1 & keep.m0) | (x2 & (keep.m0 | keep.m1));
}

/** 32-bit word of a metadata tile (64 rows x 128 columns, 256 words) that describes rows row and row + 8 (row % 16 <
 * 8), columns column .. column + 15. */
__device__ __forceinline__ int metadataWord(int row, int column) {
  return ((((row & 63) >> 4) * 2 + ((column & 31) >> 4)) * 8 + (row & 7)) * 4 + ((column & 127) >> 5);
}
