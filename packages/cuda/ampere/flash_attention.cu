// out = softmax(causal(q k^T / sqrt(D))) v on tensor cores, the softmax kept up to date tile by tile (Dao et al.,
// 2022). A block takes 128 queries of one head, a warp 32 of them; tiles of 64 keys. Keys arrive while the values are
// multiplied and the other way round. Nothing depends on the order of blocks: results are repeatable bit for bit.
#include "flash_tile.cuh"

constexpr int WARPS = 4, QUERIES = 32 * WARPS, KEYS = 64, THREADS = 32 * WARPS;

/** Takes one tile of scores into the running softmax: scores become exp(score - largest), older results shrink. */
template <int D>
__device__ __forceinline__ void updateSoftmax(float (&scores)[2][KEYS / 8][4], float (&largest)[2][2],
                                              float (&total)[2][2], float (&result)[2][D / 8][4], float scale) {
#pragma unroll
  for (int m = 0; m < 2; m++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float before = largest[m][half], now = before;
#pragma unroll
      for (int n = 0; n < KEYS / 8; n++) {
        now = fmaxf(now, fmaxf(scores[m][n][2 * half], scores[m][n][2 * half + 1]));
      }
      now = fmaxf(now, __shfl_xor_sync(~0u, now, 1));
      now = fmaxf(now, __shfl_xor_sync(~0u, now, 2));
      float shrink = powerOfTwo((before - now) * scale), shift = now * scale, sum = 0;
#pragma unroll
      for (int n = 0; n < KEYS / 8; n++) {
#pragma unroll
        for (int i = 2 * half; i < 2 * half + 2; i++) {
          scores[m][n][i] = powerOfTwo(scores[m][n][i] * scale - shift);
          sum += scores[m][n][i];
        }
      }
      total[m][half] = total[m][half] * shrink + sum;
      largest[m][half] = now;
#pragma unroll
      for (int n = 0; n < D / 8; n++) {
        result[m][n][2 * half] *= shrink;
        result[m][n][2 * half + 1] *= shrink;
      }
    }
  }
}

template <int D>
__device__ void flashAttention(const bf16* q, const bf16* k, const bf16* v, bf16* out, float* logSumExp, Shape shape) {
  extern __shared__ __align__(128) unsigned char memory[];
  unsigned queries = sharedAddress(memory), keys = queries + QUERIES * ROW_BYTES<D>,
           values = keys + KEYS * ROW_BYTES<D>;
  int block = blockIdx.x, length = shape.sequenceLength;
  int head = block % shape.heads, sequence = block / shape.heads, keyHead = head / (shape.heads / shape.keyValueHeads);
  // The last queries see the most keys: they go first.
  int firstQuery = (gridDim.y - 1 - blockIdx.y) * QUERIES;
  Vectors keyVectors = vectorsOf<D>(k, shape, sequence, keyHead, shape.keyValueHeads);
  Vectors valueVectors = vectorsOf<D>(v, shape, sequence, keyHead, shape.keyValueHeads);
  int warp = threadIdx.x / 32, lane = threadIdx.x % 32, warpQuery = firstQuery + 32 * warp;
  float scale = LOG2_E * rsqrtf(float(D));
  float largest[2][2] = {{-INFINITY, -INFINITY}, {-INFINITY, -INFINITY}}, total[2][2] = {}, result[2][D / 8][4] = {};
  unsigned ownQueries = queries + 32 * warp * ROW_BYTES<D>;
  LanePlaces places = lanePlaces<D>();
  int end = min(length, firstQuery + QUERIES);
  stage<D, QUERIES, THREADS>(queries, vectorsOf<D>(q, shape, sequence, head, shape.heads), firstQuery, length);
  stage<D, KEYS, THREADS>(keys, keyVectors, 0, length);
  int key = 0;
  do {
    float scores[2][KEYS / 8][4];
    recompute(places.rowsFirst);
    recompute(places.chunksFirst);
    waitForCopies();
    __syncthreads();
    stage<D, KEYS, THREADS>(values, valueVectors, key, length);
    innerProducts<D>(scores, ownQueries, keys, places);
    waitForCopies();
    __syncthreads();
    if (key + KEYS < end) stage<D, KEYS, THREADS>(keys, keyVectors, key + KEYS, length);
    if (key + KEYS > warpQuery) maskLaterKeys<false>(scores, warpQuery, key);
    updateSoftmax<D>(scores, largest, total, result, scale);
    addWeighted<D>(result, scores, values, places);
    key += KEYS;
  } while (key < end);
  recompute(block);
  Vectors to = vectorsOf<D>(out, shape, block / shape.heads, block % shape.heads, shape.heads);
#pragma unroll
  for (int m = 0; m < 2; m++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float sum = total[m][half];
      sum += __shfl_xor_sync(~0u, sum, 1);
      sum += __shfl_xor_sync(~0u, sum, 2);
      int query = warpQuery + 16 * m + 8 * half + lane / 4;
      if (query >= length) continue;
      bf16* start = const_cast<bf16*>(to.first) + (long long)query * to.stride + lane % 4 * 2;
      float inverse = 1 / sum;
#pragma unroll
      for (int n = 0; n < D / 8; n++) {
        storePair(start + 8 * n, result[m][n][2 * half] * inverse, result[m][n][2 * half + 1] * inverse);
      }
      long long statistic = (long long)block * length + query;
      if (lane % 4 == 0) logSumExp[statistic] = LN_2 * (largest[m][half] * scale + log2f(sum));
    }
  }
}

#define ENTRY(D)                                                                                    \
  extern "C" __global__ void __launch_bounds__(THREADS, 2)                                          \
      flash_attention_##D(const bf16* q, const bf16* k, const bf16* v, bf16* out, float* logSumExp, \
                          int sequenceLength, int heads, int keyValueHeads) {                       \
    flashAttention<D>(q, k, v, out, logSumExp, {sequenceLength, heads, keyValueHeads});             \
  }
ENTRY(32)
ENTRY(64)
ENTRY(96)
ENTRY(128)
