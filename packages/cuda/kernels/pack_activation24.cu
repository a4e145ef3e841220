// Squared ReLU, 2:4 selection along the neurons, and packing along neurons and along tokens, in one pass.
//
//   void pack_activation24(const bf16* y1, bf16* relu, bf16* squared, unsigned* metadata, bf16* squaredTokens,
//                          unsigned* metadataTokens, const int* used, int tokens, int neurons)
//
// y1 [tokens, neurons] row-major; tokens and neurons multiples of 128. R = relu(y1), Y = bf16(R * R).
// relu, squared [tokens, neurons / 2]: R (may be null) and Y at the two largest of every four neurons; metadata: M = tokens, K = neurons
// squaredTokens [tokens / 2, neurons]: of those kept values the two largest of every four tokens; metadataTokens: M = neurons,
//               K = tokens. Both may be null.
// used          device pointer to the number of rows that hold tokens (offsets[experts]); rows beyond are not touched
// Launch: grid (neurons / 128, tokens / 128), block 256, no dynamic shared memory.
#include "pack_activation24.cuh"

extern "C" __global__ void __launch_bounds__(256)
    pack_activation24(const unsigned short* __restrict__ y1, unsigned short* __restrict__ relu,
                      unsigned short* __restrict__ squared, unsigned* __restrict__ metadata,
                      unsigned short* __restrict__ squaredTokens, unsigned* __restrict__ metadataTokens,
                      const int* __restrict__ used, int tokens, int neurons) {
  __shared__ MetadataStage stage;
  if (static_cast<int>(blockIdx.y) * 128 >= *used) return;
  const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  const int token = blockIdx.y * 128 + warp * 16 + (lane >> 3) * 4;
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int neuron = blockIdx.x * 128 + half * 64 + (lane & 7) * 8;
    const long origin = static_cast<long>(token) * neurons + neuron;
    uint4 rows[4];
#pragma unroll
    for (int i = 0; i < 4; i++) rows[i] = *reinterpret_cast<const uint4*>(y1 + origin + static_cast<long>(i) * neurons);
    unsigned w[4][4], bytes = 0;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      unsigned r0, r1, r2, r3;
      interleave(reluPair(rows[i].x), reluPair(rows[i].z), r0, r1);
      interleave(reluPair(rows[i].y), reluPair(rows[i].w), r2, r3);
      const unsigned y0 = multiplyPair(r0, r0), y1 = multiplyPair(r1, r1);
      const unsigned y2 = multiplyPair(r2, r2), y3 = multiplyPair(r3, r3);
      const Keep keep = keepTwo(y0, y1, y2, y3);
      w[i][0] = y0 & keep.m0, w[i][1] = y1 & keep.m1, w[i][2] = y2 & keep.m2, w[i][3] = y3 & keep.m3;
      const unsigned n = nibbles(keep);
      bytes |= ((n & 15) | ((n >> 12) & 0xf0)) << (8 * i);
      uint2 v;
      const long at = (origin + static_cast<long>(i) * neurons) / 2;
      interleave(firstKept(keep, w[i][0], w[i][1], w[i][2]), secondKept(keep, w[i][1], w[i][2], w[i][3]), v.x, v.y);
      *reinterpret_cast<uint2*>(squared + at) = v;
      if (!relu) continue;
      r0 &= keep.m0, r1 &= keep.m1, r2 &= keep.m2, r3 &= keep.m3;
      interleave(firstKept(keep, r0, r1, r2), secondKept(keep, r1, r2, r3), v.x, v.y);
      *reinterpret_cast<uint2*>(relu + at) = v;
    }
    stageAlongNeurons(stage, bytes, warp, half);
    if (!squaredTokens) continue;
    unsigned first[4], second[4], n[4];  // register j: neurons j and j + 4
    packTokens(w, first, second, n);
    unsigned columns = 0;
#pragma unroll
    for (int j = 0; j < 4; j++) columns |= ((n[j] & 15) << (4 * j)) | (((n[j] >> 16) & 15) << (4 * j + 16));
    uint4 a, b;
    interleave(first[0], first[1], a.x, a.z);
    interleave(first[2], first[3], a.y, a.w);
    interleave(second[0], second[1], b.x, b.z);
    interleave(second[2], second[3], b.y, b.w);
    const long at = static_cast<long>(token / 2) * neurons + neuron;
    *reinterpret_cast<uint4*>(squaredTokens + at) = a;
    *reinterpret_cast<uint4*>(squaredTokens + at + neurons) = b;
    stageAlongTokens(stage, columns, warp, half);
  }
  __syncthreads();
  const int firstToken = blockIdx.y * 128, firstNeuron = blockIdx.x * 128;
#pragma unroll
  for (int i = 0; i < 2; i++) {
    writeTile(metadata, stage.alongNeurons[i], firstToken + i * 64, firstNeuron, tokens);
    if (squaredTokens) writeTile(metadataTokens, stage.alongTokens[i], firstNeuron + i * 64, firstToken, neurons);
  }
}
