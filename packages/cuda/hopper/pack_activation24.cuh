// What the activation packers and the fused epilogues share: a thread works on 4 tokens x 8 neurons, a warp on 16
// tokens x 64 neurons (lane = 8 * token group + neuron octet).
#pragma once
#include "draw24.cuh"
#include "pack24.cuh"

/** The metadata word of this lane (token lane % 8 and + 8, neurons 16 * (lane / 8) ..) out of 16 tokens x 64 neurons;
 * `rows` has one byte per token of the calling lane (two nibbles). */
__device__ __forceinline__ unsigned wordAlongNeurons(unsigned rows) {
  const int lane = threadIdx.x & 31, q = lane & 7;
  const int source = (q >> 2) * 8 + 2 * (lane >> 3), shift = (q & 3) * 8;
  const unsigned a = __shfl_sync(~0u, rows, source), b = __shfl_sync(~0u, rows, source + 1);
  const unsigned c = __shfl_sync(~0u, rows, source + 16), d = __shfl_sync(~0u, rows, source + 17);
  return ((a >> shift) & 255) | (((b >> shift) & 255) << 8) | (((c >> shift) & 255) << 16) | ((d >> shift) << 24);
}

/** The metadata word of this lane (neuron 16 * (lane / 8) + lane % 8 and + 8, 16 tokens) out of 64 neurons x 16 tokens;
 * `columns` has one nibble per neuron of the calling lane. */
__device__ __forceinline__ unsigned wordAlongTokens(unsigned columns) {
  const int lane = threadIdx.x & 31, q = lane & 7;
  unsigned word = 0;
#pragma unroll
  for (int group = 0; group < 4; group++) {
#pragma unroll
    for (int octet = 0; octet < 2; octet++) {
      const unsigned source = __shfl_sync(~0u, columns, group * 8 + 2 * (lane >> 3) + octet);
      word |= ((source >> (4 * q)) & 15) << (16 * octet + 4 * group);
    }
  }
  return word;
}

/** First word of the tile of (row, column) in the metadata of a matrix of `rows` rows. */
__device__ __forceinline__ long metadataTile(int row, int column, int rows) {
  return (static_cast<long>(column / 128) * (rows / 64) + row / 64) * 256;
}

/** 2:4 along tokens of 4 tokens x 8 neurons. */
struct TokenPack {
  uint4 first, second;  // the two stored rows
  unsigned columns;     // one nibble per neuron
};

/** How two of every four tokens are selected: the largest, or drawn without bias. */
enum TokenRule { LARGEST_TWO, DRAWN_TWO };

/** Two groups of four tokens of one register of neurons: what is stored, and the nibbles. */
struct TokenGroups {
  unsigned first, second, nibbles;
};

__device__ __forceinline__ TokenGroups largestTokens(unsigned x0, unsigned x1, unsigned x2, unsigned x3) {
  const Keep keep = keepTwo(x0, x1, x2, x3);
  x0 &= keep.m0, x1 &= keep.m1, x2 &= keep.m2, x3 &= keep.m3;
  return {firstKept(keep, x0, x1, x2), secondKept(keep, x1, x2, x3), nibbles(keep)};
}

__device__ __forceinline__ TokenGroups drawnTokens(unsigned x0, unsigned x1, unsigned x2, unsigned x3, uint2 draws) {
  const DrawnTokens drawn = drawTokens(x0, x1, x2, x3, draws);
  const Keep& keep = drawn.keep;
  x0 &= keep.m0, x1 &= keep.m1, x2 &= keep.m2, x3 &= keep.m3;
  // A place of none that is kept stays zero: the share is zero there.
  return {storedPair(firstKept(keep, x0, x1, x2), drawn.share), storedPair(secondKept(keep, x1, x2, x3), drawn.share),
          nibbles(keep)};
}

/** Neurons 2 j and 2 j + 1 in register j or, interleaved, j and j + 4: those of the low and of the high half of
 * register i. */
template <bool INTERLEAVED>
__device__ __forceinline__ uint2 neuronsOf(int i) {
  return INTERLEAVED ? make_uint2(i, i + 4) : make_uint2(2 * i, 2 * i + 1);
}

/** w[token][register] of 4 tokens x 8 neurons from `column`; `state` is that of the draws of these tokens. */
template <TokenRule RULE, bool INTERLEAVED>
__device__ __forceinline__ TokenPack packTokens(const unsigned (&w)[4][4], unsigned state, unsigned column) {
  unsigned first[4], second[4], columns = 0;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const uint2 neurons = neuronsOf<INTERLEAVED>(i);
    TokenGroups groups;
    if (RULE == LARGEST_TWO) {
      groups = largestTokens(w[0][i], w[1][i], w[2][i], w[3][i]);
    } else {
      // Columns of a thread start at a multiple of 8.
      const unsigned origin = folded(state ^ column);
      const uint2 draws = make_uint2(mixFolded(origin ^ neurons.x), mixFolded(origin ^ neurons.y));
      groups = drawnTokens(w[0][i], w[1][i], w[2][i], w[3][i], draws);
    }
    first[i] = groups.first;
    second[i] = groups.second;
    columns |= (groups.nibbles & 15) << (4 * neurons.x) | (groups.nibbles >> 16) << (4 * neurons.y);
  }
  if (!INTERLEAVED) {
    return {make_uint4(first[0], first[1], first[2], first[3]), make_uint4(second[0], second[1], second[2], second[3]),
            columns};
  }
  TokenPack pack;
  interleave(first[0], first[1], pack.first.x, pack.first.z);
  interleave(first[2], first[3], pack.first.y, pack.first.w);
  interleave(second[0], second[1], pack.second.x, pack.second.z);
  interleave(second[2], second[3], pack.second.y, pack.second.w);
  pack.columns = columns;
  return pack;
}

/** Squared ReLU and 2:4 along neurons of one token's 8 neurons; `kept` = the squares at their places, interleaved. */
__device__ __forceinline__ unsigned packSquaredRelu(const uint4& y, uint2& relu, uint2& squared, unsigned (&kept)[4]) {
  unsigned r0, r1, r2, r3;
  interleave(reluPair(y.x), reluPair(y.z), r0, r1);
  interleave(reluPair(y.y), reluPair(y.w), r2, r3);
  const unsigned y0 = multiplyPair(r0, r0), y1 = multiplyPair(r1, r1), y2 = multiplyPair(r2, r2),
                 y3 = multiplyPair(r3, r3);
  const Keep keep = keepTwo(y0, y1, y2, y3);
  kept[0] = y0 & keep.m0, kept[1] = y1 & keep.m1, kept[2] = y2 & keep.m2, kept[3] = y3 & keep.m3;
  interleave(firstKept(keep, kept[0], kept[1], kept[2]), secondKept(keep, kept[1], kept[2], kept[3]), squared.x,
             squared.y);
  r0 &= keep.m0, r1 &= keep.m1, r2 &= keep.m2, r3 &= keep.m3;
  interleave(firstKept(keep, r0, r1, r2), secondKept(keep, r1, r2, r3), relu.x, relu.y);
  const unsigned n = nibbles(keep);
  return (n & 15) | ((n >> 12) & 0xf0);
}

/** Byte selectors by nibble: x spreads a packed pair over four elements (low half: elements 0, 1; high half: 2, 3; the
 * second source must be zero), y picks the packed pair out of four elements. */
__device__ __forceinline__ uint2 selectors(unsigned nibble) {
  const unsigned first = nibble & 3, second = (nibble >> 2) & 3;
  unsigned spread = 0x44444444u;
  spread ^= (0x44u ^ 0x10u) << (8 * first);
  if (second != first) spread ^= (0x44u ^ 0x32u) << (8 * second);
  return make_uint2(spread, 0x1010u + 0x22u * first + 0x2200u * second);
}

/** The backward of squared ReLU on one token's 8 neurons: gradient g, kept R, its two nibbles' selectors. Returns the
 * packed 2 g R; `full` = the same at their places. 2 R is exact, so the one rounding is that of the product. */
__device__ __forceinline__ uint2 squaredReluGradient(const uint4& g, const uint2& relu, const uint2& a, const uint2& b,
                                                     unsigned (&full)[4]) {
  const unsigned r0 = relu.x + (lessPair(0, relu.x) & 0x00800080u), r1 = relu.y + (lessPair(0, relu.y) & 0x00800080u);
  full[0] = multiplyPair(g.x, __byte_perm(r0, 0, a.x & 0xffff));
  full[1] = multiplyPair(g.y, __byte_perm(r0, 0, a.x >> 16));
  full[2] = multiplyPair(g.z, __byte_perm(r1, 0, b.x & 0xffff));
  full[3] = multiplyPair(g.w, __byte_perm(r1, 0, b.x >> 16));
  return make_uint2(multiplyPair(__byte_perm(g.x, g.y, a.y), r0), multiplyPair(__byte_perm(g.z, g.w, b.y), r1));
}
