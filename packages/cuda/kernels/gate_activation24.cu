// The backward of squared ReLU at the kept neurons, packed along neurons (with the forward metadata) and along tokens.
//
//   void gate_activation24(const bf16* dy2, const bf16* relu, const unsigned* metadata, bf16* dy1, bf16* dy1Tokens,
//                          unsigned* metadataTokens, const int* used, int tokens, int neurons)
//
// dy2 [tokens, neurons] row-major; relu [tokens, neurons / 2] and metadata as pack_activation24 wrote them.
// dy1       [tokens, neurons / 2]: bf16(2 * dy2 * R) at the kept neurons; its metadata is `metadata`
// dy1Tokens [tokens / 2, neurons]: of those values the two largest of every four tokens; metadataTokens: M = neurons, K = tokens.
//           Both may be null.
// used      as in pack_activation24
// Launch: grid (neurons / 128, tokens / 128), block 256, no dynamic shared memory.
#include "pack_activation24.cuh"

/** Byte selectors by nibble: x spreads a packed pair over four elements (low half: elements 0, 1; high half: 2, 3; the
 * second source must be zero), y picks the packed pair out of four elements. */
__device__ __forceinline__ uint2 selectors(unsigned nibble) {
  const unsigned first = nibble & 3, second = (nibble >> 2) & 3;
  unsigned spread = 0x44444444u;
  spread ^= (0x44u ^ 0x10u) << (8 * first);
  if (second != first) spread ^= (0x44u ^ 0x32u) << (8 * second);
  return make_uint2(spread, 0x1010u + 0x22u * first + 0x2200u * second);
}

extern "C" __global__ void __launch_bounds__(256)
    gate_activation24(const unsigned short* __restrict__ dy2, const unsigned short* __restrict__ relu,
                      const unsigned* __restrict__ metadata, unsigned short* __restrict__ dy1,
                      unsigned short* __restrict__ dy1Tokens, unsigned* __restrict__ metadataTokens,
                      const int* __restrict__ used, int tokens, int neurons) {
  __shared__ MetadataStage stage;
  __shared__ uint2 table[16];
  if (static_cast<int>(blockIdx.y) * 128 >= *used) return;
  const int firstToken = blockIdx.y * 128, firstNeuron = blockIdx.x * 128;
  if (threadIdx.x < 16) table[threadIdx.x] = selectors(threadIdx.x);
#pragma unroll
  for (int i = 0; i < 2; i++) {
    const long tile = static_cast<long>(firstNeuron / 128) * (tokens / 64) + firstToken / 64 + i;
    stage.alongNeurons[i][threadIdx.x] = metadata[tile * 256 + threadIdx.x];
  }
  const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  const int inside = warp * 16 + (lane >> 3) * 4;
  uint4 rows[2][4];
  uint2 kept[2][4];
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const long origin = static_cast<long>(firstToken + inside) * neurons + firstNeuron + half * 64 + (lane & 7) * 8;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      rows[half][i] = *reinterpret_cast<const uint4*>(dy2 + origin + static_cast<long>(i) * neurons);
      kept[half][i] = *reinterpret_cast<const uint2*>(relu + (origin + static_cast<long>(i) * neurons) / 2);
    }
  }
  __syncthreads();
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int column = half * 64 + (lane & 7) * 8;
    const long origin = static_cast<long>(firstToken + inside) * neurons + firstNeuron + column;
    unsigned w[4][4];  // [token][pair]: neurons 2 * pair, 2 * pair + 1
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int row = inside + i;
      const unsigned word = stage.alongNeurons[row >> 6][metadataWord(row & ~8, column & ~15)];
      const unsigned byte = word >> ((row & 8) * 2 + (column & 8));
      const uint2 a = table[byte & 15], b = table[(byte >> 4) & 15];
      const uint4 g = rows[half][i];
      // 2 R is exact, so the one rounding is that of the product.
      const unsigned r0 = kept[half][i].x + (lessPair(0, kept[half][i].x) & 0x00800080u);
      const unsigned r1 = kept[half][i].y + (lessPair(0, kept[half][i].y) & 0x00800080u);
      w[i][0] = multiplyPair(g.x, __byte_perm(r0, 0, a.x & 0xffff));
      w[i][1] = multiplyPair(g.y, __byte_perm(r0, 0, a.x >> 16));
      w[i][2] = multiplyPair(g.z, __byte_perm(r1, 0, b.x & 0xffff));
      w[i][3] = multiplyPair(g.w, __byte_perm(r1, 0, b.x >> 16));
      const uint2 v = make_uint2(multiplyPair(__byte_perm(g.x, g.y, a.y), r0), multiplyPair(__byte_perm(g.z, g.w, b.y), r1));
      *reinterpret_cast<uint2*>(dy1 + (origin + static_cast<long>(i) * neurons) / 2) = v;
    }
    if (!dy1Tokens) continue;
    unsigned first[4], second[4], n[4];
    packTokens(w, first, second, n);
    unsigned columns = 0;
#pragma unroll
    for (int j = 0; j < 4; j++) columns |= ((n[j] & 15) << (8 * j)) | (((n[j] >> 16) & 15) << (8 * j + 4));
    const long at = static_cast<long>((firstToken + inside) / 2) * neurons + firstNeuron + column;
    *reinterpret_cast<uint4*>(dy1Tokens + at) = make_uint4(first[0], first[1], first[2], first[3]);
    *reinterpret_cast<uint4*>(dy1Tokens + at + neurons) = make_uint4(second[0], second[1], second[2], second[3]);
    stageAlongTokens(stage, columns, warp, half);
  }
  if (!dy1Tokens) return;
  __syncthreads();
#pragma unroll
  for (int i = 0; i < 2; i++) {
    writeTile(metadataTokens, stage.alongTokens[i], firstNeuron + i * 64, firstToken, neurons);
  }
}
