// What the activation packers share: a thread works on 4 tokens x 8 neurons, a warp on 16 tokens x 64 neurons (lane =
// 8 * token group + neuron octet), a block of 8 warps on 128 tokens x 128 neurons in two halves of 64 neurons. The
// metadata of the block's tiles is assembled in shared memory and written whole.
#pragma once
#include "pack24.cuh"

struct MetadataStage {
  unsigned alongNeurons[2][256];  // [token / 64] tiles of 64 tokens x 128 neurons
  unsigned alongTokens[2][256];   // [neuron / 64] tiles of 64 neurons x 128 tokens
};

/** Collects the words of 16 tokens x 64 neurons: `rows` has one byte per token (two nibbles). One word per lane. */
__device__ __forceinline__ void stageAlongNeurons(MetadataStage& stage, unsigned rows, int warp, int half) {
  const int lane = threadIdx.x & 31, q = lane & 7, sixteen = lane >> 3;
  const int source = (q >> 2) * 8 + 2 * sixteen;
  const unsigned a = __shfl_sync(~0u, rows, source), b = __shfl_sync(~0u, rows, source + 1);
  const unsigned c = __shfl_sync(~0u, rows, source + 16), d = __shfl_sync(~0u, rows, source + 17);
  const int shift = (q & 3) * 8;
  const unsigned word = ((a >> shift) & 255) | (((b >> shift) & 255) << 8) | (((c >> shift) & 255) << 16) |
                        ((d >> shift) << 24);
  stage.alongNeurons[warp >> 2][metadataWord((warp & 3) * 16 + q, half * 64 + sixteen * 16)] = word;
}

/** Collects the words of 64 neurons x 16 tokens: `columns` has one nibble per neuron. One word per lane. */
__device__ __forceinline__ void stageAlongTokens(MetadataStage& stage, unsigned columns, int warp, int half) {
  const int lane = threadIdx.x & 31, q = lane & 7, sixteen = lane >> 3;
  unsigned word = 0;
#pragma unroll
  for (int group = 0; group < 4; group++) {
#pragma unroll
    for (int octet = 0; octet < 2; octet++) {
      const unsigned source = __shfl_sync(~0u, columns, group * 8 + 2 * sixteen + octet);
      word |= ((source >> (4 * q)) & 15) << (16 * octet + 4 * group);
    }
  }
  stage.alongTokens[half][metadataWord(sixteen * 16 + q, warp * 16)] = word;
}

/** Tiles of a matrix of `rows` rows: (row / 64) fastest. */
__device__ __forceinline__ void writeTile(unsigned* metadata, const unsigned (&tile)[256], int row, int column,
                                          int rows) {
  metadata[(static_cast<long>(column / 128) * (rows / 64) + row / 64) * 256 + threadIdx.x] = tile[threadIdx.x];
}

/** 2:4 along tokens of 4 tokens x 8 neurons (w[token][pair], any pairing of the neurons): the two stored rows, and a
 * nibble pair per register. */
__device__ __forceinline__ void packTokens(const unsigned (&w)[4][4], unsigned (&first)[4], unsigned (&second)[4],
                                           unsigned (&nibble)[4]) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const Keep keep = keepTwo(w[0][i], w[1][i], w[2][i], w[3][i]);
    const unsigned x0 = w[0][i] & keep.m0, x1 = w[1][i] & keep.m1, x2 = w[2][i] & keep.m2, x3 = w[3][i] & keep.m3;
    first[i] = firstKept(keep, x0, x1, x2);
    second[i] = secondKept(keep, x1, x2, x3);
    nibble[i] = nibbles(keep);
  }
}
