// Squared ReLU, 2:4 selection along the neurons, and packing along neurons and along tokens, in one pass.
//
//   void pack_activation24(const bf16* y1, bf16* relu, bf16* squared, unsigned* metadata, bf16* squaredTokens,
//                          unsigned* metadataTokens, const int* used, int tokens, int neurons)
//
// y1 [tokens, neurons] row-major; tokens and neurons multiples of 128. R = relu(y1), Y = bf16(R * R).
// relu, squared [tokens, neurons / 2]: R (may be null) and Y at the two largest of every four neurons; metadata: M =
// tokens, K = neurons squaredTokens [tokens / 2, neurons]: of those kept values the two largest of every four tokens;
// metadataTokens: M = neurons,
//               K = tokens. Both may be null.
//
//   void pack_activation24_unbiased(..., int neurons, const int* step, unsigned key)
//
// the same, but squaredTokens holds two of every four tokens drawn without bias: selectUnbiased24 of sparse24 with
// the seed key ^ *step.
//
//   void pack_activation24_gathered(..., int neurons, const int* order, int replicas, const int* offsets, int experts)
//   void pack_activation24_gathered_unbiased(..., int experts, const int* step, unsigned key)
//
// the same of y1 [T, experts * neurons]: row r is the part of row order[r] / replicas that is of the expert in whose
// segment r lies, zeros where order is negative. offsets: the experts + 1 bounds of the segments, multiples of 128.
//
// used          device pointer to the number of rows that hold tokens (offsets[experts]); rows beyond are not touched
// Launch: grid (neurons / 128, tokens / 128), block 256, no dynamic shared memory.
#include "pack_activation24.cuh"
#include "pack_rows.cuh"

/** The block works on 128 tokens x 128 neurons; the metadata of its tiles is assembled here and written whole. */
struct MetadataStage {
  unsigned alongNeurons[2][256];  // [token / 64]
  unsigned alongTokens[2][256];   // [neuron / 64]
};

template <TokenRule RULE, class Rows>
__device__ __forceinline__ void packActivation(const Rows& y1, unsigned short* __restrict__ relu,
                                               unsigned short* __restrict__ squared, unsigned* __restrict__ metadata,
                                               unsigned short* __restrict__ squaredTokens,
                                               unsigned* __restrict__ metadataTokens, const int* __restrict__ used,
                                               int tokens, int neurons, const Draw& draw) {
  __shared__ MetadataStage stage;
  if (static_cast<int>(blockIdx.y) * 128 >= *used) return;
  const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, q = lane & 7, sixteen = lane >> 3;
  const int token = blockIdx.y * 128 + warp * 16 + sixteen * 4;
  const unsigned state = RULE == LARGEST_TWO ? 0 : mix32(draw.state() ^ token / 4);
  const FourRows from = y1.find(token, blockIdx.x * 128 + q * 8, neurons);
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int neuron = blockIdx.x * 128 + half * 64 + q * 8;
    const long origin = static_cast<long>(token) * neurons + neuron;
    uint4 rows[4];
#pragma unroll
    for (int i = 0; i < 4; i++) rows[i] = eightNeurons<Rows>(from, i, half * 64);
    unsigned kept[4][4], bytes = 0;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      uint2 r, s;
      bytes |= packSquaredRelu(rows[i], r, s, kept[i]) << (8 * i);
      const long at = (origin + static_cast<long>(i) * neurons) / 2;
      *reinterpret_cast<uint2*>(squared + at) = s;
      if (relu) *reinterpret_cast<uint2*>(relu + at) = r;
    }
    stage.alongNeurons[warp >> 2][metadataWord((warp & 3) * 16 + q, half * 64 + sixteen * 16)] =
        wordAlongNeurons(bytes);
    if (!squaredTokens) continue;
    const TokenPack pack = packTokens<RULE, true>(kept, state, neuron);
    const long at = static_cast<long>(token / 2) * neurons + neuron;
    *reinterpret_cast<uint4*>(squaredTokens + at) = pack.first;
    *reinterpret_cast<uint4*>(squaredTokens + at + neurons) = pack.second;
    stage.alongTokens[half][metadataWord(sixteen * 16 + q, warp * 16)] = wordAlongTokens(pack.columns);
  }
  __syncthreads();
  const int firstToken = blockIdx.y * 128, firstNeuron = blockIdx.x * 128, i = threadIdx.x;
#pragma unroll
  for (int part = 0; part < 2; part++) {
    metadata[metadataTile(firstToken + part * 64, firstNeuron, tokens) + i] = stage.alongNeurons[part][i];
    if (!squaredTokens) continue;
    metadataTokens[metadataTile(firstNeuron + part * 64, firstToken, neurons) + i] = stage.alongTokens[part][i];
  }
}

#define ARGUMENTS                                                                                                 \
  const unsigned short *__restrict__ y1, unsigned short *__restrict__ relu, unsigned short *__restrict__ squared, \
      unsigned *__restrict__ metadata, unsigned short *__restrict__ squaredTokens,                                \
      unsigned *__restrict__ metadataTokens, const int *__restrict__ used, int tokens, int neurons

#define PLACES const int *__restrict__ order, int replicas, const int *__restrict__ offsets, int experts
#define RESULTS relu, squared, metadata, squaredTokens, metadataTokens, used, tokens, neurons

extern "C" __global__ void __launch_bounds__(256) pack_activation24(ARGUMENTS) {
  packActivation<LARGEST_TWO>(SortedRows{y1}, RESULTS, {});
}

extern "C" __global__ void __launch_bounds__(256)
    pack_activation24_unbiased(ARGUMENTS, const int* __restrict__ step, unsigned key) {
  packActivation<DRAWN_TWO>(SortedRows{y1}, RESULTS, {key, step});
}

extern "C" __global__ void __launch_bounds__(256) pack_activation24_gathered(ARGUMENTS, PLACES) {
  packActivation<LARGEST_TWO>(GatheredRows{y1, order, replicas, offsets, experts}, RESULTS, {});
}

extern "C" __global__ void __launch_bounds__(256)
    pack_activation24_gathered_unbiased(ARGUMENTS, PLACES, const int* __restrict__ step, unsigned key) {
  packActivation<DRAWN_TWO>(GatheredRows{y1, order, replicas, offsets, experts}, RESULTS, {key, step});
}
