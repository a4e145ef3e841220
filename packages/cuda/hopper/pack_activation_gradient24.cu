// The backward of squared ReLU at the kept neurons, packed along neurons (with the forward metadata) and along tokens.
//
//   void pack_activation_gradient24(const bf16* dy2, const bf16* relu, const unsigned* metadata, bf16* dy1, bf16*
//   dy1Tokens,
//                          unsigned* metadataTokens, const int* used, int tokens, int neurons)
//
// dy2 [tokens, neurons] row-major; relu [tokens, neurons / 2] and metadata as pack_activation24 wrote them.
// dy1       [tokens, neurons / 2]: bf16(2 * dy2 * R) at the kept neurons; its metadata is `metadata`
// dy1Tokens [tokens / 2, neurons]: of those values the two largest of every four tokens; metadataTokens: M = neurons, K
// = tokens.
//           Both may be null.
//
//   void pack_activation_gradient24_unbiased(..., int neurons, const int* step, unsigned key)
//
// the same, but dy1Tokens holds two of every four tokens drawn without bias, as in pack_activation24_unbiased.
//
// used      as in pack_activation24
// Launch: grid (neurons / 128, tokens / 128), block 256, no dynamic shared memory.
#include "pack_activation24.cuh"

template <TokenRule RULE>
__device__ __forceinline__ void packActivationGradient(
    const unsigned short* __restrict__ dy2, const unsigned short* __restrict__ relu,
    const unsigned* __restrict__ metadata, unsigned short* __restrict__ dy1, unsigned short* __restrict__ dy1Tokens,
    unsigned* __restrict__ metadataTokens, const int* __restrict__ used, int tokens, int neurons, const Draw& draw) {
  __shared__ unsigned alongNeurons[2][256], alongTokens[2][256];
  __shared__ uint2 table[16];
  if (static_cast<int>(blockIdx.y) * 128 >= *used) return;
  const int firstToken = blockIdx.y * 128, firstNeuron = blockIdx.x * 128;
  const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, q = lane & 7, sixteen = lane >> 3;
  const int inside = warp * 16 + sixteen * 4;
  const unsigned state = RULE == LARGEST_TWO ? 0 : mix32(draw.state() ^ (firstToken + inside) / 4);
  if (threadIdx.x < 16) table[threadIdx.x] = selectors(threadIdx.x);
#pragma unroll
  for (int part = 0; part < 2; part++) {
    alongNeurons[part][threadIdx.x] = metadata[metadataTile(firstToken + part * 64, firstNeuron, tokens) + threadIdx.x];
  }
  uint4 rows[2][4];
  uint2 kept[2][4];
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const long origin = static_cast<long>(firstToken + inside) * neurons + firstNeuron + half * 64 + q * 8;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      rows[half][i] = *reinterpret_cast<const uint4*>(dy2 + origin + static_cast<long>(i) * neurons);
      kept[half][i] = *reinterpret_cast<const uint2*>(relu + (origin + static_cast<long>(i) * neurons) / 2);
    }
  }
  __syncthreads();
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int column = half * 64 + q * 8;
    const long origin = static_cast<long>(firstToken + inside) * neurons + firstNeuron + column;
    unsigned full[4][4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int row = inside + i;
      const unsigned word = alongNeurons[row >> 6][metadataWord(row & ~8, column & ~15)];
      const unsigned byte = word >> ((row & 8) * 2 + (column & 8));
      const uint2 v =
          squaredReluGradient(rows[half][i], kept[half][i], table[byte & 15], table[(byte >> 4) & 15], full[i]);
      *reinterpret_cast<uint2*>(dy1 + (origin + static_cast<long>(i) * neurons) / 2) = v;
    }
    if (!dy1Tokens) continue;
    const TokenPack pack = packTokens<RULE, false>(full, state, firstNeuron + column);
    const long at = static_cast<long>((firstToken + inside) / 2) * neurons + firstNeuron + column;
    *reinterpret_cast<uint4*>(dy1Tokens + at) = pack.first;
    *reinterpret_cast<uint4*>(dy1Tokens + at + neurons) = pack.second;
    alongTokens[half][metadataWord(sixteen * 16 + q, warp * 16)] = wordAlongTokens(pack.columns);
  }
  if (!dy1Tokens) return;
  __syncthreads();
#pragma unroll
  for (int part = 0; part < 2; part++) {
    metadataTokens[metadataTile(firstNeuron + part * 64, firstToken, neurons) + threadIdx.x] =
        alongTokens[part][threadIdx.x];
  }
}

#define ARGUMENTS                                                                                                      \
  const unsigned short *__restrict__ dy2, const unsigned short *__restrict__ relu,                                     \
      const unsigned *__restrict__ metadata, unsigned short *__restrict__ dy1, unsigned short *__restrict__ dy1Tokens, \
      unsigned *__restrict__ metadataTokens, const int *__restrict__ used, int tokens, int neurons

extern "C" __global__ void __launch_bounds__(256) pack_activation_gradient24(ARGUMENTS) {
  packActivationGradient<LARGEST_TWO>(dy2, relu, metadata, dy1, dy1Tokens, metadataTokens, used, tokens, neurons, {});
}

extern "C" __global__ void __launch_bounds__(256, 3)
    pack_activation_gradient24_unbiased(ARGUMENTS, const int* __restrict__ step, unsigned key) {
  packActivationGradient<DRAWN_TWO>(dy2, relu, metadata, dy1, dy1Tokens, metadataTokens, used, tokens, neurons,
                                       {key, step});
}
